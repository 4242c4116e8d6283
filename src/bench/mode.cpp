#include "pulsar/bench/mode.hpp"

namespace pulsar::bench {

std::string_view to_string(mode value) {
    switch (value) {
        case mode::echo:
            return "echo";
        case mode::idle:
            return "idle";
        case mode::churn:
            return "churn";
        case mode::halfclose:
            break;
    }
    return "halfclose";
}

std::optional<mode> parse_mode(std::string_view text) {
    for (const auto one : modes) {
        if (to_string(one) == text) return one;
    }
    return std::nullopt;
}

}  // namespace pulsar::bench
