#include "pulsar/report/merge.hpp"

#include "parameters.hpp"
#include "pulsar/cli/text.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <limits>
#include <set>
#include <stdexcept>
#include <string_view>

namespace pulsar::report {
namespace {

void expect_same_load(const named_result& a, const named_result& b) {
    for (const auto& each : parameters) {
        if (!each.is_of_latency) continue;
        const auto of_a = each.text_of(a.measured);
        const auto of_b = each.text_of(b.measured);
        if (of_a == of_b) continue;
        throw std::runtime_error(fmt::format("{} and {} differ in {}: {} and {}",
                                             cli::escaped(a.name), cli::escaped(b.name), each.name,
                                             of_a, of_b));
    }
}

/// Files can hold any number.
template <typename Unsigned>
void add(std::string_view what, Unsigned& sum, Unsigned more) {
    if (more > std::numeric_limits<Unsigned>::max() - sum) {
        throw std::runtime_error(fmt::format("the sum of all {} is too large", what));
    }
    sum += more;
}

void add(bench::interruptions& sum, const bench::interruptions& more) {
    for (std::size_t i = 0; i < sum.disconnects.size(); ++i)
        add("disconnects", sum.disconnects.at(i), more.disconnects.at(i));
    add("resent frames", sum.resent_frames, more.resent_frames);
    add("outages", sum.outages, more.outages);
    sum.longest_outage_s = std::max(sum.longest_outage_s, more.longest_outage_s);
    sum.outage_s += more.outage_s;
}

void add(bench::send_lag& largest, const bench::send_lag& more) {
    largest.p50_us = std::max(largest.p50_us, more.p50_us);
    largest.p99_us = std::max(largest.p99_us, more.p99_us);
    largest.max_us = std::max(largest.max_us, more.max_us);
}

/// Each once, in the order in which they were added.
class distinct_texts {
  public:
    void add(std::string_view text) {
        if (known_.insert(text).second) all_.emplace_back(text);
    }

    const std::vector<std::string>& all() const { return all_; }

  private:
    std::set<std::string_view> known_;
    std::vector<std::string> all_;
};

/// Those of all runs with commas between them.
std::string all_addresses(const std::vector<named_result>& runs) {
    distinct_texts addresses;
    for (const auto& run : runs) {
        std::string_view rest = run.measured.address;
        for (;;) {
            const auto address = rest.substr(0, rest.find(','));
            addresses.add(address);
            if (address.size() == rest.size()) break;
            rest.remove_prefix(address.size() + 1);
        }
    }
    return fmt::format("{}", fmt::join(addresses.all(), ","));
}

std::vector<std::string> all_sources(const std::vector<named_result>& runs) {
    distinct_texts sources;
    for (const auto& run : runs) {
        for (const auto& each : run.measured.sources)
            sources.add(each);
    }
    return sources.all();
}

void add(bench::result& sum, const bench::result& more) {
    add("connections", sum.connections, more.connections);
    if (sum.rate && more.rate) {
        add("rates", *sum.rate, *more.rate);
    } else {
        sum.rate.reset();
    }
    add("threads", sum.threads, more.threads);
    sum.ramp_s = std::max(sum.ramp_s, more.ramp_s);
    sum.warmup_s = std::max(sum.warmup_s, more.warmup_s);
    sum.duration_s = std::max(sum.duration_s, more.duration_s);
    add("frames", sum.frames, more.frames);
    add("payload bytes", sum.payload_bytes, more.payload_bytes);
    add("lost frames", sum.lost_frames, more.lost_frames);
    add("unsent frames", sum.unsent_frames, more.unsent_frames);
    add("heartbeats", sum.heartbeats, more.heartbeats);
    for (std::size_t i = 0; i < sum.failures.size(); ++i)
        add("errors", sum.failures.at(i).connections, more.failures.at(i).connections);
    if (sum.reconnect) add(*sum.reconnect, *more.reconnect);
    sum.latency.merge(more.latency);
    sum.busiest_thread = std::max(sum.busiest_thread, more.busiest_thread);
    if (sum.send_lag && more.send_lag) {
        add(*sum.send_lag, *more.send_lag);
    } else if (more.send_lag) {
        sum.send_lag = more.send_lag;
    }
}

}  // namespace

bench::result merge(const std::vector<named_result>& runs) {
    auto merged = runs.front().measured;
    merged.address = all_addresses(runs);
    merged.sources = all_sources(runs);
    merged.series.clear();
    for (auto run = runs.begin() + 1; run != runs.end(); ++run) {
        expect_same_load(runs.front(), *run);
        add(merged, run->measured);
    }
    // What the histogram adds up itself.
    std::uint64_t frames = 0;
    for (const auto& run : runs)
        add("frames", frames, run.measured.latency.count());
    return merged;
}

}  // namespace pulsar::report
