#include "pulsar/cli/values.hpp"

#include "pulsar/system/whole_number.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace pulsar::cli {
namespace {

struct unit {
    std::string_view name;
    std::uint64_t scale;
};

constexpr std::array duration_units{unit{"h", 3'600'000}, unit{"m", 60'000}, unit{"s", 1'000},
                                    unit{"ms", 1}};

constexpr std::array size_units{unit{"GiB", 1 << 30}, unit{"MiB", 1 << 20}, unit{"KiB", 1 << 10},
                                unit{"B", 1},         unit{"G", 1 << 30},   unit{"M", 1 << 20},
                                unit{"K", 1 << 10},   unit{"", 1}};

template <std::size_t Count>
std::optional<std::uint64_t> parse_scaled(std::string_view text,
                                          const std::array<unit, Count>& units) {
    const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto number = system::whole_number<std::uint64_t>(text.substr(0, digits));
    const auto found = std::ranges::find(units, text.substr(digits), &unit::name);
    if (!number || found == units.end()) return std::nullopt;
    if (*number > std::numeric_limits<std::uint64_t>::max() / found->scale) return std::nullopt;
    return *number * found->scale;
}

}  // namespace

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
    const auto count = parse_scaled(text, duration_units);
    if (!count || *count > static_cast<std::uint64_t>(longest_duration.count())) {
        return std::nullopt;
    }
    return std::chrono::milliseconds(*count);
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
    return parse_scaled(text, size_units);
}

std::string duration_text(std::chrono::milliseconds duration) {
    using namespace std::chrono_literals;
    if (duration >= 1h && duration % 1h == 0ms) return std::to_string(duration / 1h) + "h";
    if (duration > 1min && duration % 1min == 0ms) return std::to_string(duration / 1min) + "m";
    if (duration % 1s == 0ms) return std::to_string(duration / 1s) + "s";
    return std::to_string(duration.count()) + "ms";
}

std::string size_text(std::uint64_t bytes) {
    const auto exact = std::ranges::find_if(
        size_units, [&](const unit& u) { return bytes >= u.scale && bytes % u.scale == 0; });
    if (exact == size_units.end()) return "0B";
    return std::to_string(bytes / exact->scale).append(exact->name);
}

}  // namespace pulsar::cli
