#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace pulsar::log {

/// A character of UTF-8.
struct character {
    std::size_t size;  ///< in bytes
    char32_t code_point;
};

/// What `bytes`, which are not empty, begin with; nothing if that is not well-formed (RFC 3629):
/// a surrogate, a longer form than need be, or cut off.
std::optional<character> first_character(std::string_view bytes) noexcept;

}  // namespace pulsar::log
