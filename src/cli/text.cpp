#include "pulsar/cli/text.hpp"

#include "pulsar/log/escape.hpp"

#include <cstddef>
#include <cstdint>

namespace pulsar::cli {
namespace {

constexpr std::size_t quoted_limit = 200;

/// The size of the UTF-8 character (RFC 3629) that `bytes` start with, 0 if there is none.
std::size_t character_size(std::string_view bytes) noexcept {
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    const std::uint32_t lead = at(0);
    if (lead < 0x80) return 1;
    const std::size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || bytes.size() < size) return 0;
    std::uint32_t code = lead & (0x7fU >> size);
    for (std::size_t i = 1; i < size; ++i) {
        if ((at(i) & 0xc0U) != 0x80U) return 0;
        code = code << 6U | (at(i) & 0x3fU);
    }
    const bool overlong = (size == 3 && code < 0x800) || (size == 4 && code < 0x10000);
    const bool surrogate = code >= 0xd800 && code <= 0xdfff;
    return overlong || surrogate || code > 0x10ffff ? 0 : size;
}

}  // namespace

bool is_utf8(std::string_view bytes) noexcept {
    while (!bytes.empty()) {
        const auto size = character_size(bytes);
        if (size == 0) return false;
        bytes.remove_prefix(size);
    }
    return true;
}

std::string escaped(std::string_view bytes) {
    std::string out;
    log::append_text(out, bytes);
    return out;
}

std::string in_quotes(std::string_view bytes) {
    auto shown = '"' + escaped(bytes.substr(0, quoted_limit)) + '"';
    if (bytes.size() <= quoted_limit) return shown;
    return shown + "... (" + std::to_string(bytes.size()) + " bytes)";
}

}  // namespace pulsar::cli
