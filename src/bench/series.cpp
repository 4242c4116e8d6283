#include "pulsar/bench/series.hpp"

namespace pulsar::bench {

void series::add(const tally& counts) {
    current_.latency.merge(counts.latency);
    current_.interrupted.add(counts.interrupted);
    current_.restored += counts.restored;
}

bool series::end_second(double t_s) {
    const auto& latency = current_.latency;
    const bool silent = latency.count() == 0 && current_.restored == 0;
    seconds_.push_back({t_s, latency.count(), to_us(latency.percentile(50)),
                        to_us(latency.percentile(99)), current_.interrupted.total_disconnects(),
                        current_.interrupted.outage_s});
    current_ = {};
    return silent;
}

void series::end_run(double t_s) {
    if (seconds_.empty() || seconds_.back().t_s < t_s) {
        end_second(t_s);
    } else {
        seconds_.back().t_s = t_s;
    }
}

}  // namespace pulsar::bench
