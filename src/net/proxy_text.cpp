#include "proxy_text.hpp"

#include "pulsar/net/endpoint.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <algorithm>
#include <span>

namespace pulsar::net {

namespace ip = boost::asio::ip;

namespace {

template <class Bytes>
Bytes first_of(const std::array<std::byte, 16>& from) {
    Bytes bytes;
    std::ranges::transform(std::span(from).first(bytes.size()), bytes.begin(),
                           [](std::byte b) { return std::to_integer<unsigned char>(b); });
    return bytes;
}

std::string ip_text(const ip::address& address, std::uint16_t port) {
    return to_string(endpoint(ip::tcp::endpoint(address, port)));
}

}  // namespace

std::string to_string(const protocol::proxy_address& address) {
    using family = protocol::proxy_address::family;
    if (address.is == family::ipv4) {
        return ip_text(ip::address_v4(first_of<ip::address_v4::bytes_type>(address.ip)),
                       address.port);
    }
    if (address.is == family::ipv6) {
        return ip_text(ip::address_v6(first_of<ip::address_v6::bytes_type>(address.ip)),
                       address.port);
    }
    if (address.path.starts_with('\0')) return "unix:@" + std::string(address.path.substr(1));
    return "unix:" + std::string(address.path);
}

}  // namespace pulsar::net
