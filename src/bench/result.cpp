#include "pulsar/bench/result.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace pulsar::bench {

namespace {

/// A duration is of whole nanoseconds. 2700 by the double that is next to 2.7 would be less than
/// 1000 a second.
double per_second(long double amount, double seconds) {
    constexpr long double ns_per_second = 1e9;
    const auto ns = std::round(seconds * ns_per_second);
    return ns > 0 ? static_cast<double>(amount * ns_per_second / ns) : 0;
}

}  // namespace

std::uint64_t interruptions::total_disconnects() const {
    return std::accumulate(disconnects.begin(), disconnects.end(), std::uint64_t{0});
}

void interruptions::add(const interruptions& more) {
    for (std::size_t i = 0; i < disconnects.size(); ++i)
        disconnects.at(i) += more.disconnects.at(i);
    resent_frames += more.resent_frames;
    outages += more.outages;
    longest_outage_s = std::max(longest_outage_s, more.longest_outage_s);
    outage_s += more.outage_s;
}

std::uint64_t result::failed_connections() const {
    std::uint64_t total = 0;
    for (const auto& kind : failures)
        total += kind.connections;
    return total;
}

double result::frames_per_s() const {
    return per_second(static_cast<long double>(frames), duration_s);
}

double result::mib_per_s() const {
    return per_second(static_cast<long double>(payload_bytes) / (1 << 20), duration_s);
}

bool result::generator_limited() const {
    constexpr double most_of_a_cpu = 0.95;
    constexpr double longest_lag_us = 1'000;
    return busiest_thread > most_of_a_cpu || (send_lag && send_lag->p99_us > longest_lag_us);
}

}  // namespace pulsar::bench
