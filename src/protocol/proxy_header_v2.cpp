#include "proxy_header_v2.hpp"

#include "crc32c.hpp"

#include <algorithm>
#include <optional>

namespace pulsar::protocol {

namespace {

// Where what is in a header, and how long.
constexpr std::size_t command_at = proxy_signature.size();
constexpr std::size_t family_at = command_at + 1;
constexpr std::size_t length_at = family_at + 1;
constexpr std::size_t fixed_size = length_at + 2;
constexpr std::size_t tlv_head = 3;  // type and length
constexpr std::size_t checksum_size = 4;
constexpr std::size_t longest = max_proxy_header_v2 - fixed_size;

constexpr unsigned checksum_type = 3;  // PP2_TYPE_CRC32C

/// Goes through the header, part by part, up to the first that does not fit or is not there yet:
/// each read_...() is false from then on.
class block_reader {
  public:
    explicit block_reader(std::span<const std::byte> stream) noexcept : stream_(stream) {
        header_.from = proxy_header::version::v2;
    }

    proxy_header read() noexcept {
        if (read_signature() && read_command() && read_family() && read_length() && read_fields() &&
            is_there(end_ - 1) && check_sum()) {
            if (family_ != proxy_address::family::none) read_addresses();
            header_.is = proxy_header::state::complete;
            header_.size = end_;
        }
        return header_;
    }

  private:
    bool read_signature() noexcept {
        for (std::size_t i = 0; i < proxy_signature.size(); ++i) {
            if (!is_there(i)) return false;
            if (at(i) != static_cast<unsigned char>(proxy_signature[i])) {
                return fail(i, "not a PROXY header");
            }
        }
        return true;
    }

    bool read_command() noexcept {
        if (!is_there(command_at)) return false;
        if (at(command_at) >> 4 != 2) return fail(command_at, "an unassigned version");
        const auto command = at(command_at) & 0xf;
        if (command > 1) return fail(command_at, "an unassigned command");
        header_.what = command == 0 ? proxy_header::command::local : proxy_header::command::proxy;
        return true;
    }

    /// A local connection may name any: nothing behind it is looked at.
    bool read_family() noexcept {
        if (!is_there(family_at)) return false;
        if (header_.what == proxy_header::command::local) return true;
        const auto family = at(family_at) >> 4;
        const auto transport = at(family_at) & 0xf;
        if (family > 3) return fail(family_at, "an unassigned address family");
        if (transport > 2) return fail(family_at, "an unassigned transport");
        if (transport != 0) family_ = static_cast<proxy_address::family>(family);
        return true;
    }

    bool read_length() noexcept {
        constexpr std::string_view too_long = "a v2 header of more than 4 KiB";
        if (!is_there(length_at)) return false;
        if (at(length_at) << 8 > longest) return fail(length_at, too_long);
        if (!is_there(length_at + 1)) return false;
        const auto length = number(length_at);
        if (length > longest) return fail(length_at + 1, too_long);
        end_ = fixed_size + length;
        if (family_ == proxy_address::family::none) return true;
        if (length < addresses()) return fail(length_at + 1, "addresses beyond the stated length");
        if (!may_be_left(length - addresses())) return fail(length_at + 1, beyond);
        return true;
    }

    /// TLVs: a byte for the type, two for the length, the value.
    bool read_fields() noexcept {
        if (family_ == proxy_address::family::none) return true;
        for (auto here = fixed_size + addresses(); here < end_;) {
            const auto room = end_ - here - tlv_head;
            if (!is_there(here)) return false;
            const bool is_checksum = at(here) == checksum_type;
            if (is_checksum && checksum_at_) return fail(here, "two checksums");
            if (is_checksum && (room < checksum_size || !may_be_left(room - checksum_size))) {
                return fail(here, beyond);
            }
            if (!is_there(here + 1)) return false;
            if (is_checksum && at(here + 1) != 0) return fail(here + 1, bad_checksum_size);
            if (at(here + 1) << 8 > room) return fail(here + 1, beyond);
            if (!is_there(here + 2)) return false;
            const auto length = number(here + 1);
            if (is_checksum && length != checksum_size) return fail(here + 2, bad_checksum_size);
            if (length > room || !may_be_left(room - length)) return fail(here + 2, beyond);
            if (is_checksum) checksum_at_ = here + tlv_head;
            here += tlv_head + length;
        }
        return true;
    }

    /// Counted with zeros in its own place.
    bool check_sum() noexcept {
        if (!checksum_at_) return true;
        const auto behind = *checksum_at_ + checksum_size;
        const std::array<std::byte, checksum_size> zeros{};
        auto sum = crc32c(crc32c_start, stream_.first(*checksum_at_));
        sum = crc32c(sum, zeros);
        sum = crc32c_end(crc32c(sum, stream_.subspan(behind, end_ - behind)));
        const auto stated = number(*checksum_at_) << 16 | number(*checksum_at_ + 2);
        return sum == stated ? true : fail(end_ - 1, "a wrong checksum");
    }

    void read_addresses() noexcept {
        const auto size = address_size();
        read_address(header_.source, fixed_size);
        read_address(header_.destination, fixed_size + size);
        if (family_ == proxy_address::family::unix_path) return;
        header_.source.port = static_cast<std::uint16_t>(number(fixed_size + 2 * size));
        header_.destination.port = static_cast<std::uint16_t>(number(fixed_size + 2 * size + 2));
    }

    void read_address(proxy_address& into, std::size_t from) const noexcept {
        into.is = family_;
        const auto bytes = stream_.subspan(from, address_size());
        if (family_ != proxy_address::family::unix_path) {
            std::ranges::copy(bytes, into.ip.begin());
            return;
        }
        const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        const bool is_name = text.front() == '\0';
        // A name may hold null bytes, but is padded with them.
        into.path = text.substr(0, is_name ? text.find_last_not_of('\0') + 1 : text.find('\0'));
    }

    std::size_t address_size() const noexcept {
        switch (family_) {
            case proxy_address::family::none:
                return 0;
            case proxy_address::family::ipv4:
                return 4;
            case proxy_address::family::ipv6:
                return 16;
            case proxy_address::family::unix_path:
                return proxy_unix_size;
        }
        return 0;
    }

    /// Bytes of both, with their ports.
    std::size_t addresses() const noexcept {
        return 2 * address_size() + (family_ == proxy_address::family::unix_path ? 0 : 4);
    }

    /// A TLV is no shorter than its head.
    static bool may_be_left(std::size_t bytes) noexcept { return bytes == 0 || bytes >= tlv_head; }

    std::size_t at(std::size_t i) const noexcept {
        return std::to_integer<std::size_t>(stream_[i]);
    }
    std::size_t number(std::size_t i) const noexcept { return at(i) << 8 | at(i + 1); }

    bool is_there(std::size_t i) noexcept {
        if (i < stream_.size()) return true;
        header_.size = std::max(end_, fixed_size) - stream_.size();
        return false;
    }

    bool fail(std::size_t where, std::string_view why) noexcept {
        header_.is = proxy_header::state::bad;
        header_.size = where;
        header_.error = why;
        return false;
    }

    static constexpr std::string_view beyond = "a TLV beyond the stated length";
    static constexpr std::string_view bad_checksum_size = "a checksum that is not of four bytes";

    std::span<const std::byte> stream_;
    std::size_t end_ = 0;  // of the header, once its length is known
    proxy_address::family family_ = proxy_address::family::none;
    std::optional<std::size_t> checksum_at_;
    proxy_header header_{};
};

}  // namespace

proxy_header read_proxy_header_v2(std::span<const std::byte> stream) noexcept {
    return block_reader(stream).read();
}

}  // namespace pulsar::protocol
