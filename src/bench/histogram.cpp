#include "pulsar/bench/histogram.hpp"

#include <algorithm>
#include <cmath>

namespace pulsar::bench {

namespace {

histogram::nanoseconds ns(std::uint64_t value) {
    return histogram::nanoseconds(static_cast<std::int64_t>(value));
}

/// ceil(percent / 100 * count). In integers: as a double, 99.9 % of 1,000 is more than 999.
std::uint64_t rank_of(double percent, std::uint64_t count) noexcept {
    constexpr double of_a_percent = 1e6;
    constexpr std::uint64_t all = 100'000'000;
    const auto share = static_cast<std::uint64_t>(std::llround(percent * of_a_percent));
    return count / all * share + (count % all * share + all - 1) / all;
}

}  // namespace

void histogram::merge(const histogram& other) noexcept {
    for (std::size_t i = 0; i < bucket_count; ++i)
        counts_[i] += other.counts_[i];
    count_ += other.count_;
    sum_ += other.sum_;
    min_ = std::min(min_, other.min_);
    max_ = std::max(max_, other.max_);
}

histogram::nanoseconds histogram::min() const noexcept {
    return ns(count_ == 0 ? 0 : min_);
}

histogram::nanoseconds histogram::max() const noexcept {
    return ns(max_);
}

histogram::nanoseconds histogram::mean() const noexcept {
    return ns(count_ == 0 ? 0 : static_cast<std::uint64_t>(sum_ / count_));
}

histogram::nanoseconds histogram::percentile(double percent) const noexcept {
    const auto rank = std::max<std::uint64_t>(1, rank_of(percent, count_));
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < bucket_count; ++i) {
        seen += counts_[i];
        if (seen < rank) continue;
        const auto here = at(i);
        return std::clamp(here.middle(), min(), max());
    }
    return max();
}

histogram::bucket histogram::at(std::size_t index) const noexcept {
    if (index < sub_buckets) return {ns(index), ns(index), counts_[index]};
    const auto shift = index / sub_buckets - 1;
    const auto from = (sub_buckets + index % sub_buckets) << shift;
    return {ns(from), ns(from + (std::uint64_t{1} << shift) - 1), counts_[index]};
}

void histogram::restore(nanoseconds from, std::uint64_t count) noexcept {
    counts_[index_of(static_cast<std::uint64_t>(from.count()))] += count;
    count_ += count;
}

void histogram::restore_extremes(nanoseconds min, nanoseconds max, nanoseconds mean) noexcept {
    if (count_ == 0) return;
    min_ = static_cast<std::uint64_t>(min.count());
    max_ = static_cast<std::uint64_t>(max.count());
    sum_ = static_cast<wide>(mean.count()) * count_;
}

}  // namespace pulsar::bench
