#include "pulsar/bench/connector.hpp"

#include "pulsar/cli/text.hpp"
#include "pulsar/protocol/write_proxy_header.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <netinet/in.h>
#include <span>
#include <sys/socket.h>
#include <sys/un.h>

namespace pulsar::bench {

namespace ip = boost::asio::ip;

namespace {

// How the connections to 127.0.0.0/8 spread: each source has 28,000 ports (ip_local_port_range,
// ip(7)).
constexpr std::uint64_t connections_per_source = 20'000;
constexpr std::uint64_t loopback_sources = 100;

bool is_ipv4_loopback(const server_endpoint& server) {
    if (server.protocol().family() != AF_INET) return false;
    sockaddr_in address{};
    std::memcpy(&address, server.data(), sizeof address);
    return ntohl(address.sin_addr.s_addr) >> 24 == 127;
}

protocol::proxy_address to_proxy_address(const sockaddr_storage& of, std::size_t size) {
    using family = protocol::proxy_address::family;
    protocol::proxy_address end;
    if (of.ss_family == AF_INET) {
        const auto& v4 = reinterpret_cast<const sockaddr_in&>(of);
        end.is = family::ipv4;
        end.port = ntohs(v4.sin_port);
        std::memcpy(end.ip.data(), &v4.sin_addr, sizeof v4.sin_addr);
    } else if (of.ss_family == AF_INET6) {
        const auto& v6 = reinterpret_cast<const sockaddr_in6&>(of);
        const bool mapped = IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr);
        const std::span all(v6.sin6_addr.s6_addr);
        const auto bytes = std::as_bytes(mapped ? all.last(4) : all.first(16));
        end.is = mapped ? family::ipv4 : family::ipv6;
        end.port = ntohs(v6.sin6_port);
        std::ranges::copy(bytes, end.ip.begin());
    } else {
        const auto& local = reinterpret_cast<const sockaddr_un&>(of);
        const std::string_view path(local.sun_path, size - offsetof(sockaddr_un, sun_path));
        end.is = family::unix_path;
        end.path = path.starts_with('\0') ? path : path.substr(0, path.find('\0'));
    }
    return end;
}

}  // namespace

connector::connector(const plan& run, std::uint32_t connection) noexcept
    : run_(run), server_(run.servers[connection % run.servers.size()]), connection_(connection) {}

net::unique_socket connector::begin_connect() {
    endpoint_ = server_.current();
    const auto from = source();
    ++attempts_;
    return bench::begin_connect(server_.endpoints()[endpoint_], from);
}

std::optional<ip::address> connector::source() const {
    const auto& given = run_.what.sources;
    if (!given.empty()) {
        // Each server has each source, too.
        const auto servers = run_.servers.size();
        const auto turn = connection_ / servers + connection_ % servers + attempts_;
        return given[turn % given.size()];
    }
    const auto own = connection_ / connections_per_source % loopback_sources;
    if (own == 0 || !is_ipv4_loopback(server_.endpoints()[endpoint_])) return std::nullopt;
    return ip::address_v4(INADDR_LOOPBACK + static_cast<std::uint32_t>(own));
}

std::string connector::at_server(const std::string& what) const {
    return run_.servers.size() > 1 ? cli::escaped(server_.name()) + ": " + what : what;
}

std::string connector::header(int descriptor) const {
    const auto version = run_.what.proxy_protocol;
    if (!version) return {};
    sockaddr_storage own{};
    sockaddr_storage peer{};
    socklen_t own_size = sizeof own;
    socklen_t peer_size = sizeof peer;
    // One that has been reset meanwhile has no peer: its first send(2) fails.
    if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&own), &own_size) != 0 ||
        ::getpeername(descriptor, reinterpret_cast<sockaddr*>(&peer), &peer_size) != 0) {
        return {};
    }
    return protocol::write_proxy_header(*version, to_proxy_address(own, own_size),
                                        to_proxy_address(peer, peer_size));
}

}  // namespace pulsar::bench
