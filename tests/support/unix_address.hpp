#pragma once

#include <cerrno>
#include <cstddef>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <system_error>

namespace pulsar::test {

/// A path, or `@NAME` in the abstract namespace, as system calls take it (unix(7)). Throws
/// std::system_error if it is too long.
struct unix_address {
    explicit unix_address(const std::string& text) {
        const bool abstract = text.starts_with('@');  // each byte counts, and no NUL ends it
        const auto length = text.size() + (abstract ? 0 : 1);
        if (length > sizeof value.sun_path) {
            throw std::system_error(ENAMETOOLONG, std::generic_category(), text);
        }
        value.sun_family = AF_UNIX;
        text.copy(value.sun_path, text.size());
        if (abstract) value.sun_path[0] = '\0';
        size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + length);
    }
    [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&value); }

    sockaddr_un value{};
    socklen_t size = 0;
};

}  // namespace pulsar::test
