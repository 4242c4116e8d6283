#pragma once

#include <concepts>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>
#include <variant>

namespace pulsar::log {

/// The system's text for an errno, such as "Too many open files" (strerrordesc_np(3)). It is
/// static: to say it takes no memory, unlike with std::error_code::message().
inline std::string_view describe(int error) noexcept {
    const char* text = ::strerrordesc_np(error);
    return text == nullptr ? "unknown error" : text;
}

/// A string may hold any bytes: it is escaped, never trusted to be text. A double, in seconds or
/// the like, is written with three decimals; nan and infinities, which JSON lacks, as 0. A field
/// whose value is std::monostate is left out.
using value =
    std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, std::string_view>;

/// One `key=value` of an event. Views only: it lives as long as the call that logs it.
struct field {
    std::string_view key;
    log::value value;

    constexpr field(std::string_view k, std::string_view v) : key(k), value(v) {}
    constexpr field(std::string_view k, const char* v) : key(k), value(std::string_view(v)) {}
    constexpr field(std::string_view k, double v) : key(k), value(v) {}
    constexpr field(std::string_view k, bool v) : key(k), value(v) {}
    constexpr field(std::string_view k, std::signed_integral auto v)
        : key(k), value(std::int64_t{v}) {}
    constexpr field(std::string_view k, std::unsigned_integral auto v)
        : key(k), value(std::uint64_t{v}) {}

    template <typename T>
    constexpr field(std::string_view k, const std::optional<T>& v) : key(k) {
        if (v) value = field(k, *v).value;
    }
};

}  // namespace pulsar::log
