#pragma once

#include <array>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace pulsar::bench {

/// Counts latencies in buckets, 128 to each power of two, as HdrHistogram does: a percentile is
/// within 0.4 % of the true one up to 78 h, which is more than warm-up, duration and timeout of a
/// run can take. Above that it counts in the last bucket; minimum, maximum and mean are exact at
/// any size.
class histogram {
  public:
    using nanoseconds = std::chrono::nanoseconds;

    /// Values from `from` to `to`, both included.
    struct bucket {
        nanoseconds from;
        nanoseconds to;
        std::uint64_t count;

        nanoseconds middle() const noexcept { return from + (to - from) / 2; }

        bool operator==(const bucket&) const = default;
    };
    static constexpr std::size_t bucket_count = std::size_t{42} * 128;

    /// A negative latency counts as 0.
    void record(nanoseconds latency) noexcept {
        const auto value = latency.count() > 0 ? static_cast<std::uint64_t>(latency.count()) : 0;
        ++counts_[index_of(value)];
        ++count_;
        sum_ += value;
        if (value < min_) min_ = value;
        if (value > max_) max_ = value;
    }
    void merge(const histogram& other) noexcept;

    std::uint64_t count() const noexcept { return count_; }

    /// Zero, like all that follows, while nothing has been recorded.
    nanoseconds min() const noexcept;
    nanoseconds max() const noexcept;
    nanoseconds mean() const noexcept;
    /// The latency that `percent`, of up to six decimals, of all were not above: the middle of its
    /// bucket.
    nanoseconds percentile(double percent) const noexcept;

    /// `index` is below bucket_count; the buckets are in ascending order and leave no gap.
    bucket at(std::size_t index) const noexcept;

    /// Puts back what at() told of a bucket, one `from` of which was written down, and then what
    /// buckets do not tell.
    void restore(nanoseconds from, std::uint64_t count) noexcept;
    void restore_extremes(nanoseconds min, nanoseconds max, nanoseconds mean) noexcept;

    bool operator==(const histogram&) const = default;

  private:
    // 2^64 ns are soon reached: 60 million frames wait as long in ten minutes of a rate that is ten
    // times too high.
    __extension__ using wide = unsigned __int128;

    static constexpr int sub_bits = 7;
    static constexpr std::uint64_t sub_buckets = 1U << sub_bits;

    static constexpr std::size_t index_of(std::uint64_t value) noexcept {
        if (value < sub_buckets) return value;
        const auto shift = static_cast<unsigned>(std::bit_width(value)) - 1 - sub_bits;
        const auto index = (shift + 1) * sub_buckets + ((value >> shift) - sub_buckets);
        return index < bucket_count ? index : bucket_count - 1;
    }

    std::array<std::uint64_t, bucket_count> counts_{};
    std::uint64_t count_ = 0;
    wide sum_ = 0;
    std::uint64_t min_ = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t max_ = 0;
};

inline double to_us(histogram::nanoseconds latency) noexcept {
    return static_cast<double>(latency.count()) / 1'000;
}

inline double to_ms(histogram::nanoseconds latency) noexcept {
    return static_cast<double>(latency.count()) / 1'000'000;
}

}  // namespace pulsar::bench
