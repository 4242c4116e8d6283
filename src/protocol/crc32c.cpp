#include "crc32c.hpp"

#include <array>

namespace pulsar::protocol {

namespace {

constexpr std::uint32_t reflected_polynomial = 0x82f6'3b78;

constexpr auto remainders = [] {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < table.size(); ++i) {
        auto value = i;
        for (int bit = 0; bit < 8; ++bit)
            value = (value & 1) != 0 ? value >> 1 ^ reflected_polynomial : value >> 1;
        table[i] = value;
    }
    return table;
}();

}  // namespace

std::uint32_t crc32c(std::uint32_t sum, std::span<const std::byte> bytes) noexcept {
    for (const auto byte : bytes)
        sum = remainders[(sum ^ std::to_integer<std::uint32_t>(byte)) & 0xff] ^ sum >> 8;
    return sum;
}

}  // namespace pulsar::protocol
