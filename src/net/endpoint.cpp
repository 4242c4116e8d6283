#include "pulsar/net/endpoint.hpp"

#include "pulsar/net/mapped_address.hpp"

#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <net/if.h>
#include <nss.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <system_error>

namespace pulsar::net {

namespace ip = boost::asio::ip;
using ip::tcp;

namespace {

/// With the number of the zone in the place of its name. The resolver knows names for link-local
/// addresses only, and does not say that it was the zone which it did not find.
std::string with_zone_number(const std::string& host) {
    const auto percent = host.find('%');
    if (percent == std::string::npos) return host;
    const auto zone = host.substr(percent + 1);
    const auto number = ::if_nametoindex(zone.c_str());
    if (number != 0) return host.substr(0, percent + 1) + std::to_string(number);
    if (zone.find_first_not_of("0123456789") == std::string::npos) return host;
    throw std::system_error(errno, std::generic_category());
}

std::string tcp_text(const endpoint& address) {
    tcp::endpoint where;
    std::memcpy(where.data(), address.data(), address.size());
    const auto port = ':' + std::to_string(where.port());
    const auto host = without_mapping(where.address());
    return host.is_v4() ? host.to_string() + port : '[' + host.to_string() + ']' + port;
}

std::string unix_path(const sockaddr_un& address, std::size_t size) {
    const auto room = size - offsetof(sockaddr_un, sun_path);
    const std::string_view path(address.sun_path, room);
    // An abstract name begins with a null byte and may hold others; a path ends at the first.
    if (!path.empty() && path.front() == '\0') return "unix:@" + std::string(path.substr(1));
    return "unix:" + std::string(path.substr(0, path.find('\0')));
}

}  // namespace

std::vector<tcp::endpoint> resolve(const std::string& host, std::uint16_t port) {
#ifdef PULSAR_STATIC
    // Whatever nsswitch.conf(5) says: further services are shared libraries, which end a program
    // that was linked with another version of glibc.
    ::__nss_configure_lookup("hosts", "files dns");
#endif
    boost::asio::io_context context;
    boost::system::error_code not_found;
    const auto found = tcp::resolver(context).resolve(with_zone_number(host), std::to_string(port),
                                                      tcp::resolver::numeric_service, not_found);
    if (not_found) throw std::system_error(not_found);
    std::vector<tcp::endpoint> endpoints;
    for (const auto& entry : found) {
        if (std::ranges::find(endpoints, entry.endpoint()) == endpoints.end()) {
            endpoints.push_back(entry.endpoint());
        }
    }
    return endpoints;
}

endpoint unix_endpoint(const std::string& path) {
    sockaddr_un where{AF_UNIX, {}};
    path.copy(where.sun_path, sizeof where.sun_path);
    const bool abstract = path.starts_with('@');
    if (abstract) where.sun_path[0] = '\0';
    const auto size = offsetof(sockaddr_un, sun_path) + path.size() + (abstract ? 0 : 1);
    return endpoint(&where, size);
}

std::string to_string(const endpoint& address) {
    switch (address.protocol().family()) {
        case AF_INET:
        case AF_INET6:
            return tcp_text(address);
        case AF_UNIX: {
            if (address.size() <= offsetof(sockaddr_un, sun_path)) return "unix:";
            sockaddr_un local;
            std::memcpy(&local, address.data(), sizeof local);
            return unix_path(local, address.size());
        }
        default:
            return "unknown";
    }
}

std::string local_address(int descriptor) {
    endpoint local;
    auto size = static_cast<socklen_t>(local.capacity());
    if (::getsockname(descriptor, local.data(), &size) != 0) return {};
    local.resize(size);
    return to_string(local);
}

}  // namespace pulsar::net
