#include "pulsar/log/utf8.hpp"

#include <array>

namespace pulsar::log {

std::optional<character> first_character(std::string_view bytes) noexcept {
    constexpr std::array<char32_t, 5> least{0, 0, 0x80, 0x800, 0x10000};
    const auto lead = static_cast<unsigned char>(bytes.front());
    if (lead < 0x80) return character{1, lead};
    const std::size_t size = lead < 0xc0 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (size == 0 || lead > 0xf4 || size > bytes.size()) return std::nullopt;
    char32_t code_point = lead & (0x7fU >> size);
    for (const char c : bytes.substr(1, size - 1)) {
        const auto next = static_cast<unsigned char>(c);
        if ((next & 0xc0U) != 0x80) return std::nullopt;
        code_point = code_point << 6U | (next & 0x3fU);
    }
    const bool surrogate = code_point >= 0xd800 && code_point <= 0xdfff;
    if (code_point < least[size] || code_point > 0x10ffff || surrogate) return std::nullopt;
    return character{size, code_point};
}

}  // namespace pulsar::log
