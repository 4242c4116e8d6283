#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace pulsar::fuzz {

/// A fuzzer's bytes, taken from the front. Where they have run out, zeros follow.
class input {
  public:
    input(const std::uint8_t* data, std::size_t size) noexcept
        : rest_(reinterpret_cast<const char*>(data), size) {}

    bool empty() const noexcept { return rest_.empty(); }

    std::string_view bytes(std::size_t most) noexcept {
        const auto taken = rest_.substr(0, most);
        rest_.remove_prefix(taken.size());
        return taken;
    }
    std::string_view rest() noexcept { return bytes(rest_.size()); }

    /// In this machine's order of bytes.
    template <class Number>
    Number number() noexcept {
        std::array<char, sizeof(Number)> object{};
        bytes(object.size()).copy(object.data(), object.size());
        return std::bit_cast<Number>(object);
    }
    std::uint8_t byte() noexcept { return number<std::uint8_t>(); }

  private:
    std::string_view rest_;
};

}  // namespace pulsar::fuzz
