#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pulsar::net {

/// Where to listen or to connect. Host names are not resolved yet; what is numeric has one form
/// only, however the user wrote it, so that equal addresses compare equal.
struct address {
    enum class kind : std::uint8_t { tcp, any, unix_path, handed };

    kind is = kind::tcp;
    std::string host;        ///< tcp: a name or a numeric address, IPv6 without brackets
    std::uint16_t port = 0;  ///< tcp and any; 0: the kernel picks one
    /// unix_path: of the file, or `@NAME`, which is abstract (unix(7)); handed: the descriptor's
    /// number, if these are digits alone, or the name of the sockets (sd_listen_fds(3)).
    std::string path;

    bool operator==(const address&) const = default;
};

/// What parse_address() accepts, in the words of an error message.
inline constexpr std::string_view address_syntax =
    "HOST:PORT, [IPV6]:PORT, :PORT (port 0 to 65535), unix:PATH or unix:@NAME (at most 107 bytes), "
    "fd:N (3 or more) or fd:NAME (at most 255 characters of ASCII)";

/// Reads the text of `--listen`: `HOST:PORT`, `[IPV6]:PORT`, `:PORT` (every interface, kind `any`),
/// `unix:PATH` or `unix:@NAME`, with a port of 0 to 65535 in plain digits and a path or name of at
/// most 107 bytes (unix(7)); or `fd:N` or `fd:NAME`, with a name as systemd.socket(5) has it.
/// Nothing if it is none of these.
///
/// A host whose last label is a number must be an IPv4 address of four decimal numbers: the
/// resolver would take `127.1` or `0x7f.1` for one as well, and hardly ever is that what was meant.
/// An IPv6 address may have a zone, `fe80::1%eth0` (RFC 4007), that is not looked up here. One that
/// an IPv4 address is mapped into is that IPv4 address.
std::optional<address> parse_address(std::string_view text);

/// Whether they are one address. Port 0 stands for another port each time.
bool is_same(const address& one, const address& other);

/// The text that parse_address() reads back to the same address.
std::string to_string(const address& value);

}  // namespace pulsar::net
