#include "proxy_header_v1.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>

namespace pulsar::protocol {

namespace {

constexpr std::string_view end_of_line = "\r\n";
// As inet_ntop(3) writes an IPv4 address that is mapped into IPv6. No other may have dots.
constexpr std::string_view mapped_prefix = "::ffff:";

bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Of a hexadecimal digit; 16 of any other character.
unsigned hex_value(char c) noexcept {
    if (is_digit(c)) return static_cast<unsigned>(c - '0');
    c = lower(c);
    return c >= 'a' && c <= 'f' ? static_cast<unsigned>(c - 'a') + 10 : 16;
}

/// Goes through the line, character by character, up to the first that does not fit or is not there
/// yet: each read_...() is false from then on.
class line_reader {
  public:
    explicit line_reader(std::string_view text) noexcept : text_(text) {}

    proxy_header read() noexcept {
        read_line();
        return header_;
    }

  private:
    bool read_line() noexcept {
        header_.error = "not a PROXY header";
        if (!read_word("PROXY ")) return false;
        header_.error = "an unknown protocol of a v1 header";
        if (peek() == 'U') return read_word("UNKNOWN") && read_unknown();
        if (!read_word("TCP")) return false;
        const auto family = peek();
        if (family != '4' && family != '6') return fail();
        const auto is = family == '4' ? proxy_address::family::ipv4 : proxy_address::family::ipv6;
        ++at_;
        auto& from = header_.source;
        auto& to = header_.destination;
        from.is = to.is = is;
        if (!read_word(" ")) return false;
        header_.error = "a bad address in a v1 header";
        if (!read_ip(from) || !read_word(" ") || !read_ip(to) || !read_word(" ")) return false;
        header_.error = "a bad port in a v1 header";
        if (!read_port(from.port) || !read_word(" ") || !read_port(to.port)) return false;
        return read_end();
    }

    /// Whatever a sender may have put there, up to the end of the line.
    bool read_unknown() noexcept {
        if (peek() == '\r') return read_end();
        if (!read_word(" ")) return false;
        header_.error = "a v1 header of more than 107 bytes";
        const auto end = text_.substr(0, max_proxy_header_v1).find(end_of_line, at_);
        if (end != std::string_view::npos) {
            at_ = end;
            return read_end();
        }
        at_ = std::min(text_.size(), max_proxy_header_v1 - end_of_line.size());
        if (peek() == '\r') ++at_;  // the last place for it
        return fail();
    }

    bool read_end() noexcept {
        header_.error = "no CRLF behind a v1 header";
        if (!read_word(end_of_line)) return false;
        header_.is = proxy_header::state::complete;
        header_.size = at_;
        header_.error = {};
        return true;
    }

    bool read_word(std::string_view word) noexcept {
        for (const char c : word) {
            if (peek() != c) return fail();
            ++at_;
        }
        return true;
    }

    bool read_ip(proxy_address& into) noexcept {
        return into.is == proxy_address::family::ipv4 ? read_ipv4(into.ip.data()) : read_ipv6(into);
    }

    bool read_ipv4(std::byte* into) noexcept {
        for (int i = 0; i < 4; ++i) {
            unsigned octet = 0;
            if (i > 0 && !read_word(".")) return false;
            if (!read_number(255, octet)) return false;
            into[i] = static_cast<std::byte>(octet);
        }
        return true;
    }

    bool read_port(std::uint16_t& into) noexcept {
        unsigned port = 0;
        if (!read_number(65'535, port)) return false;
        into = static_cast<std::uint16_t>(port);
        return true;
    }

    /// Digits without a zero before them.
    bool read_number(unsigned most, unsigned& into) noexcept {
        const auto begin = at_;
        for (; is_digit(peek()); ++at_) {
            const auto next = into * 10 + static_cast<unsigned>(peek() - '0');
            if ((into == 0 && at_ > begin) || next > most) return fail();
            into = next;
        }
        return at_ > begin && at_ < text_.size() ? true : fail();
    }

    /// Eight groups of up to four digits, or fewer and `::` in the place of the others.
    bool read_ipv6(proxy_address& into) noexcept {
        const auto begin = at_;
        std::size_t filled = 0;          // bytes
        std::optional<std::size_t> gap;  // where in them `::` is
        if (peek() == ':') {
            ++at_;
            if (!read_word(":")) return false;
            gap = 0;
        }
        while (filled + (gap ? 2 : 0) < into.ip.size()) {
            const auto group = at_;
            unsigned value = 0;
            for (; hex_value(peek()) < 16; ++at_) {
                if (at_ == group + 4) return fail();
                value = value * 16 + hex_value(peek());
            }
            if (at_ == text_.size()) return fail();
            if (at_ == group && gap == filled) break;  // nothing behind `::`
            if (at_ == group) return fail();
            if (peek() == '.') return read_mapped(begin, group, into);
            into.ip[filled++] = static_cast<std::byte>(value >> 8);
            into.ip[filled++] = static_cast<std::byte>(value);
            if (peek() != ':') break;
            if (filled + (gap ? 2 : 0) == into.ip.size()) return fail();
            ++at_;
            if (!gap && peek() == ':') {
                ++at_;
                gap = filled;
            }
        }
        if (!gap) return filled == into.ip.size() ? true : fail();
        const auto behind = std::span(into.ip).subspan(*gap);
        std::rotate(behind.begin(), behind.begin() + static_cast<std::ptrdiff_t>(filled - *gap),
                    behind.end());
        return true;
    }

    /// At the dot behind what was no group, then, but the first number of an IPv4 address.
    bool read_mapped(std::size_t begin, std::size_t group, proxy_address& into) noexcept {
        const auto prefix = text_.substr(begin, group - begin);
        const auto octet = text_.substr(group, at_ - group);
        const bool is_octet = std::ranges::all_of(octet, is_digit) && octet.size() <= 3 &&
                              (octet.size() == 1 || octet.front() != '0') &&
                              (octet.size() < 3 || octet <= "255");
        if (!is_octet || !std::ranges::equal(prefix, mapped_prefix, {}, lower)) return fail();
        at_ = group;
        into.ip.fill(std::byte{0});
        into.ip[10] = into.ip[11] = std::byte{0xff};
        return read_ipv4(into.ip.data() + 12);
    }

    /// 0 at the end of what is there: that is a character of no header, or of an UNKNOWN one's
    /// tail, which is not read by it.
    char peek() const noexcept { return at_ < text_.size() ? text_[at_] : '\0'; }

    bool fail() noexcept {
        const bool bad = at_ < text_.size();
        header_.is = bad ? proxy_header::state::bad : proxy_header::state::incomplete;
        header_.size = bad ? at_ : 1;
        if (!bad) header_.error = {};
        return false;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    proxy_header header_{};
};

}  // namespace

proxy_header read_proxy_header_v1(std::string_view stream) noexcept {
    return line_reader(stream).read();
}

}  // namespace pulsar::protocol
