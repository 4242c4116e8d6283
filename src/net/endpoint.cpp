#include "pulsar/net/endpoint.hpp"

#include <arpa/inet.h>
#include <array>
#include <cstring>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

namespace pulsar::net {

namespace {

std::string numeric(int family, const void* address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    ::inet_ntop(family, address, text.data(), text.size());
    return text.data();
}

std::string unix_path(const sockaddr_un& address, std::size_t size) {
    const auto room = size - offsetof(sockaddr_un, sun_path);
    const std::string_view path(address.sun_path, room);
    // An abstract name begins with a null byte and may hold others; a path ends at the first.
    if (!path.empty() && path.front() == '\0') return "unix:@" + std::string(path.substr(1));
    return "unix:" + std::string(path.substr(0, path.find('\0')));
}

}  // namespace

std::string to_string(const void* address, std::size_t size) {
    sockaddr_storage storage{};
    std::memcpy(&storage, address, std::min(size, sizeof storage));
    switch (storage.ss_family) {
        case AF_INET: {
            sockaddr_in v4;
            std::memcpy(&v4, &storage, sizeof v4);
            return numeric(AF_INET, &v4.sin_addr) + ':' + std::to_string(ntohs(v4.sin_port));
        }
        case AF_INET6: {
            sockaddr_in6 v6;
            std::memcpy(&v6, &storage, sizeof v6);
            const auto port = ':' + std::to_string(ntohs(v6.sin6_port));
            if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) {
                return numeric(AF_INET, &v6.sin6_addr.s6_addr[12]) + port;
            }
            return '[' + numeric(AF_INET6, &v6.sin6_addr) + ']' + port;
        }
        case AF_UNIX: {
            if (size <= offsetof(sockaddr_un, sun_path)) return "unix:";
            sockaddr_un local;
            std::memcpy(&local, &storage, sizeof local);
            return unix_path(local, std::min(size, sizeof local));
        }
        default:
            return "unknown";
    }
}

std::string local_address(int descriptor) {
    sockaddr_storage local{};
    socklen_t size = sizeof local;
    if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&local), &size) != 0) return {};
    return to_string(&local, size);
}

}  // namespace pulsar::net
