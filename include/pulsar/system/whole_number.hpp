#pragma once

#include <charconv>
#include <concepts>
#include <optional>
#include <string_view>
#include <system_error>

namespace pulsar::system {

/// Of decimal digits alone, without a zero before them. Nothing if `text` is not that, or too
/// large.
template <std::unsigned_integral Number>
std::optional<Number> whole_number(std::string_view text) noexcept {
    if (text.empty() || (text.front() == '0' && text.size() > 1)) return std::nullopt;
    Number number = 0;
    const auto* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || stop != end) return std::nullopt;
    return number;
}

}  // namespace pulsar::system
