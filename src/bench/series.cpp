#include "pulsar/bench/series.hpp"

namespace pulsar::bench {

void series::add(const tally& counts) {
    current_.latency.merge(counts.latency);
    current_.interrupted.add(counts.interrupted);
    current_.restored += counts.restored;
    for (const auto& [number, outages] : counts.outages_by_second)
        outages_[number] += outages;
}

bool series::end_second(double t_s) {
    const auto& latency = current_.latency;
    const bool silent = latency.count() == 0 && current_.restored == 0;
    seconds_.push_back({t_s, latency.count(), to_us(latency.percentile(50)),
                        to_us(latency.percentile(99)), current_.interrupted.total_disconnects()});
    current_ = {};
    return silent;
}

void series::end_run(double t_s) {
    if (seconds_.empty() || seconds_.back().t_s < t_s) {
        end_second(t_s);
    } else {
        seconds_.back().t_s = t_s;
    }
    add_outages();
}

double series::last_length_s() const noexcept {
    const auto last = seconds_.end() - 1;
    return last->t_s - (last == seconds_.begin() ? 0 : (last - 1)->t_s);
}

void series::add_outages() {
    auto next = outages_.begin();
    for (auto& row : seconds_) {
        const bool last = &row == &seconds_.back();
        for (; next != outages_.end() && (last || static_cast<double>(next->first) < row.t_s);
             ++next)
            row.outage_s += net::to_seconds(next->second);
    }
}

}  // namespace pulsar::bench
