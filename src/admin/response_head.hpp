#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pulsar::admin {

/// What stands before the body of a response.
struct response_head {
    enum class framing : std::uint8_t {
        length,     ///< of `length` bytes
        chunks,     ///< RFC 9112, 7.1
        until_end,  ///< of the connection
    };

    unsigned status = 200;
    std::string_view content_type = "text/plain; charset=utf-8";
    framing body = framing::length;
    std::size_t length = 0;
    bool keep_alive = true;

    /// In words, such as "Not Found". Throws std::bad_alloc.
    std::string reason() const;
    /// With the empty line at its end. Throws std::bad_alloc.
    std::string text() const;
};

}  // namespace pulsar::admin
