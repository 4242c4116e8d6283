#pragma once

#include <boost/asio/ip/address.hpp>

namespace pulsar::net {

/// The IPv4 address that is mapped into an IPv6 one (RFC 4291, 2.5.5.2); any other as it is.
inline boost::asio::ip::address without_mapping(const boost::asio::ip::address& address) noexcept {
    if (address.is_v4() || !address.to_v6().is_v4_mapped()) return address;
    return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6());
}

}  // namespace pulsar::net
