#include "pulsar/bench/result.hpp"

#include "pulsar/cli/values.hpp"

namespace pulsar::bench {

namespace {

double per_second(double amount, double seconds) {
    return seconds > 0 ? amount / seconds : 0;
}

}  // namespace

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

std::string to_string(const size_range& sizes) {
    const auto least = cli::size_text(sizes.least);
    return sizes.least == sizes.most ? least : least + '-' + cli::size_text(sizes.most);
}

}  // namespace pulsar::bench
