#include "pulsar/bench/server.hpp"

namespace pulsar::bench {

bool server::keep_only(int family) {
    auto kept = endpoints_;
    std::erase_if(kept, [&](const auto& each) { return each.protocol().family() != family; });
    if (kept.empty()) return false;
    endpoints_ = std::move(kept);
    return true;
}

void server::accepted(std::size_t endpoint) const noexcept {
    auto before = chosen_.load();
    const choice now{static_cast<std::uint32_t>(endpoint), 1};
    while (before.final == 0 && !chosen_.compare_exchange_weak(before, now)) {
    }
}

bool server::not_accepted(std::size_t endpoint) const noexcept {
    auto before = chosen_.load();
    const auto next = static_cast<std::uint32_t>(endpoint) + 1;
    while (before.endpoint == endpoint) {
        if (before.final != 0 || next == endpoints_.size()) return false;
        if (chosen_.compare_exchange_weak(before, {next, 0})) break;
    }
    return true;  // that, or another connection has found one meanwhile
}

}  // namespace pulsar::bench
