#include "pulsar/bench/schedule.hpp"

namespace pulsar::bench {

namespace {

constexpr std::uint64_t ns_per_second = 1'000'000'000;

}  // namespace

schedule::nanoseconds schedule::due(std::uint64_t connection, std::uint64_t frame) const noexcept {
    const auto number = frame * connections_ + connection;
    // In two steps: the product of number and ns_per_second would overflow within a day.
    const auto ns = number / rate_ * ns_per_second + number % rate_ * ns_per_second / rate_;
    return nanoseconds(static_cast<std::int64_t>(ns));
}

std::uint64_t schedule::count(nanoseconds elapsed) const noexcept {
    if (elapsed.count() < 0) return 0;
    // Number n is due at floor(n * ns_per_second / rate), which is in time if n * ns_per_second /
    // rate is below elapsed + 1.
    const auto limit = static_cast<std::uint64_t>(elapsed.count()) + 1;
    return limit / ns_per_second * rate_ +
           (limit % ns_per_second * rate_ + ns_per_second - 1) / ns_per_second;
}

std::uint64_t schedule::count(std::uint64_t connection, nanoseconds elapsed) const noexcept {
    const auto all = count(elapsed);
    return all <= connection ? 0 : (all - connection - 1) / connections_ + 1;
}

}  // namespace pulsar::bench
