#include "pulsar/bench/frame_pattern.hpp"

#include "pulsar/protocol/frame.hpp"

#include <algorithm>
#include <cstring>
#include <random>

namespace pulsar::bench {

namespace {

constexpr std::uint64_t golden = 0x9e37'79b9'7f4a'7c15;  // odd: ids of distinct frames differ
constexpr std::size_t id_size = 8;
constexpr std::size_t lead_size = protocol::header_size + id_size;

/// The finalizer of SplitMix64 ("Fast Splittable Pseudorandom Number Generators", OOPSLA 2014).
constexpr std::uint64_t mix(std::uint64_t x) noexcept {
    x = (x ^ (x >> 30)) * 0xbf58'476d'1ce4'e5b9;
    x = (x ^ (x >> 27)) * 0x94d0'49bb'1331'11eb;
    return x ^ (x >> 31);
}

/// Header and id.
std::array<std::byte, lead_size> lead_of(const frame_pattern::frame& of) noexcept {
    std::array<std::byte, lead_size> lead;
    const auto header = protocol::encode_header(of.payload_size);
    std::memcpy(lead.data(), header.data(), header.size());
    std::memcpy(lead.data() + header.size(), &of.id, id_size);
    return lead;
}

}  // namespace

frame_pattern::frame_pattern(size_range sizes, bench::framing framing)
    : sizes_(sizes), begin_(framing == framing::length ? 0 : protocol::header_size) {
    std::mt19937_64 random;  // the same in every run
    for (std::size_t i = 0; i < table_size; ++i)
        table_[i] = table_[i + table_size] = static_cast<std::byte>(random());
}

frame_pattern::frame frame_pattern::at(std::uint32_t connection,
                                       std::uint64_t sequence) const noexcept {
    const auto id = sequence + connection * golden;
    const auto span = std::uint64_t{sizes_.most} - sizes_.least + 1;
    const auto drawn = span == 1 ? 0 : (mix(id) >> 32) * span >> 32;
    return {id, sizes_.least + static_cast<std::uint32_t>(drawn)};
}

/// Calls `visit` with each contiguous piece of the frame, in order, until it returns false.
template <typename Visit>
void frame_pattern::pieces(const frame& of, std::size_t offset, std::size_t count,
                           Visit visit) const {
    if (offset < lead_size) {
        const auto lead = lead_of(of);
        const auto size = std::min(count, lead_size - offset);
        if (!visit(std::span(lead).subspan(offset, size))) return;
        offset += size;
        count -= size;
    }
    const auto start = mix(of.id) % table_size;
    while (count > 0) {
        const auto from = (start + offset) % table_size;
        const auto size = std::min(count, table_.size() - from);
        if (!visit(std::span(table_).subspan(from, size))) return;
        offset += size;
        count -= size;
    }
}

void frame_pattern::write(std::span<std::byte> out, const frame& of,
                          std::size_t offset) const noexcept {
    auto* at = out.data();
    pieces(of, offset, out.size(), [&](std::span<const std::byte> piece) {
        std::memcpy(at, piece.data(), piece.size());
        at += piece.size();
        return true;
    });
}

std::size_t frame_pattern::match(std::span<const std::byte> in, const frame& of,
                                 std::size_t offset) const noexcept {
    std::size_t matched = 0;
    pieces(of, offset, in.size(), [&](std::span<const std::byte> piece) {
        const auto* const at = in.data() + matched;
        if (std::memcmp(at, piece.data(), piece.size()) == 0) {
            matched += piece.size();
            return true;
        }
        matched += static_cast<std::size_t>(std::mismatch(piece.begin(), piece.end(), at).first -
                                            piece.begin());
        return false;
    });
    return matched;
}

}  // namespace pulsar::bench
