#include "pulsar/log/levels.hpp"

namespace pulsar::log {
namespace {

constexpr std::array<std::string_view, 6> level_names{"trace", "debug", "info",
                                                      "warn",  "error", "off"};
constexpr std::array<std::string_view, component_count> component_names{
    "server", "connection", "listener", "registry", "log"};

template <std::size_t Size>
std::optional<std::size_t> index_of(std::string_view word,
                                    const std::array<std::string_view, Size>& names) {
    for (std::size_t i = 0; i < Size; ++i) {
        if (names[i] == word) return i;
    }
    return std::nullopt;
}

std::optional<level> level_named(std::string_view word) {
    const auto index = index_of(word, level_names);
    return index ? std::optional(static_cast<level>(*index)) : std::nullopt;
}

/// What parse_levels() reads back, given that default.
std::string with_default(level fallback, const levels& given) {
    std::string own;
    for (std::size_t i = 0; i < component_count; ++i) {
        if (given.of[i] == fallback) continue;
        own.append(",").append(component_names[i]).append("=").append(name(given.of[i]));
    }
    if (fallback == level::info && !own.empty()) return own.substr(1);
    return std::string(name(fallback)) + own;
}

}  // namespace

std::string_view name(level given) noexcept {
    return level_names[static_cast<std::size_t>(given)];
}

std::string_view name(component given) noexcept {
    return component_names[static_cast<std::size_t>(given)];
}

std::optional<levels> parse_levels(std::string_view text) {
    std::optional<level> fallback;
    std::array<std::optional<level>, component_count> own;
    for (;;) {
        const auto comma = text.find(',');
        const auto item = text.substr(0, comma);
        const auto equals = item.find('=');
        if (equals == item.npos) {
            if (fallback) return std::nullopt;
            fallback = level_named(item);
            if (!fallback) return std::nullopt;
        } else {
            const auto from = index_of(item.substr(0, equals), component_names);
            if (!from || own[*from]) return std::nullopt;
            own[*from] = level_named(item.substr(equals + 1));
            if (!own[*from]) return std::nullopt;
        }
        if (comma == text.npos) break;
        text.remove_prefix(comma + 1);
    }
    levels result;
    for (std::size_t i = 0; i < component_count; ++i) {
        result.of[i] = own[i].value_or(fallback.value_or(level::info));
    }
    return result;
}

std::string to_string(const levels& given) {
    std::string shortest = with_default(level::info, given);
    for (const auto fallback : given.of) {
        auto text = with_default(fallback, given);
        if (text.size() < shortest.size()) shortest = std::move(text);
    }
    return shortest;
}

}  // namespace pulsar::log
