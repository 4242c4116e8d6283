#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

/// The header that a proxy begins a connection with, to say whose it is: the PROXY protocol,
/// versions 1 and 2, by HAProxy's specification (doc/proxy-protocol.txt there).
namespace pulsar::protocol {

/// One end of the connection that a proxy has accepted.
struct proxy_address {
    enum class family : std::uint8_t { none, ipv4, ipv6, unix_path };

    family is = family::none;
    std::array<std::byte, 16> ip{};  ///< in network order; of ipv4 the first four
    std::uint16_t port = 0;
    /// unix_path: the path, or an abstract name with its leading null byte, or nothing. A view into
    /// the header.
    std::string_view path{};
};

struct proxy_header {
    enum class state : std::uint8_t { incomplete, bad, complete };
    enum class version : std::uint8_t { v1, v2 };
    enum class command : std::uint8_t {
        proxy,  ///< on behalf of `source`
        local,  ///< the proxy's own, as for a health check; v2 only
    };

    state is = state::incomplete;
    /// complete: bytes of the header; bad: where the first byte is that cannot belong to one;
    /// incomplete: so many are missing at least, and none of them is behind the header.
    std::size_t size = 1;
    std::string_view error{};  ///< what is wrong, where it is bad

    // Where it is complete.
    version from = version::v1;
    command what = command::proxy;
    /// Both of family `none` where the proxy does not say: with `local`, UNKNOWN and UNSPEC.
    proxy_address source{};
    proxy_address destination{};
};

inline constexpr std::array proxy_header_versions{proxy_header::version::v1,
                                                  proxy_header::version::v2};

constexpr std::string_view to_string(proxy_header::version value) noexcept {
    return value == proxy_header::version::v1 ? "v1" : "v2";
}

inline constexpr std::size_t max_proxy_header_v1 = 107;
inline constexpr std::size_t max_proxy_header_v2 = 4096;  ///< our bound; the format's is 65551

/// Reads the header that `stream` begins with, as far as it is there. Frames may follow it. It is
/// bad from the first byte on with which no more bytes could make it good; but a CRC32C is compared
/// when the header is whole.
proxy_header read_proxy_header(std::span<const std::byte> stream) noexcept;

}  // namespace pulsar::protocol
