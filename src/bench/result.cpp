#include "pulsar/bench/result.hpp"

#include "pulsar/cli/values.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

namespace pulsar::bench {

namespace {

double per_second(double amount, double seconds) {
    return seconds > 0 ? amount / seconds : 0;
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
    return per_second(static_cast<double>(frames), duration_s);
}

double result::mib_per_s() const {
    return per_second(static_cast<double>(payload_bytes) / (1 << 20), duration_s);
}

std::string_view to_string(mode value) {
    switch (value) {
        case mode::echo:
            return "echo";
        case mode::idle:
            return "idle";
        case mode::churn:
            break;
    }
    return "churn";
}

std::optional<mode> parse_mode(std::string_view text) {
    for (const auto one : modes) {
        if (to_string(one) == text) return one;
    }
    return std::nullopt;
}

std::string to_string(const size_range& sizes) {
    const auto least = cli::size_text(sizes.least);
    return sizes.least == sizes.most ? least : least + '-' + cli::size_text(sizes.most);
}

std::optional<size_range> parse_size_range(std::string_view text) {
    constexpr auto limit = std::numeric_limits<std::uint32_t>::max();
    const auto dash = text.find('-');
    const auto least = cli::parse_size(text.substr(0, dash));
    const auto most =
        dash == std::string_view::npos ? least : cli::parse_size(text.substr(dash + 1));
    if (!least || !most || *least > *most || *most > limit) return std::nullopt;
    return size_range{static_cast<std::uint32_t>(*least), static_cast<std::uint32_t>(*most)};
}

}  // namespace pulsar::bench
