#include "pulsar/report/hdr.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace pulsar::report {
namespace {

using bench::histogram;

/// Steps to 100 %, five in each half of what is left: 0, 10, 20, 30, 40, 50, 55 %, and so on.
class percentile_steps {
  public:
    /// How much is above the percentile, of 1.
    double rest() const { return std::ldexp(10 - tick_, -halves_) / 10; }

    void next() {
        if (++tick_ < 5) return;
        tick_ = 0;
        ++halves_;
    }

  private:
    int tick_ = 0;
    int halves_ = 0;
};

/// The largest value that counts in the bucket.
histogram::nanoseconds end_of(std::size_t index, const histogram& latency) {
    const bool open = index + 1 == histogram::bucket_count;
    return open ? latency.max() : std::min(latency.at(index).to, latency.max());
}

/// Of the buckets' middles around the mean.
double standard_deviation(const histogram& latency) {
    const auto mean = bench::to_ms(latency.mean());
    double squares = 0;
    for (std::size_t i = 0; i < histogram::bucket_count; ++i) {
        const auto bucket = latency.at(i);
        const auto deviation = bench::to_ms(bucket.middle()) - mean;
        squares += deviation * deviation * static_cast<double>(bucket.count);
    }
    return latency.count() == 0 ? 0 : std::sqrt(squares / static_cast<double>(latency.count()));
}

/// A line for each step that a bucket reaches; of those that the last one does, the first and 100
/// %.
std::string lines(const histogram& latency) {
    std::string out;
    percentile_steps step;
    std::uint64_t seen = 0;
    for (std::size_t i = 0; seen < latency.count(); ++i) {
        if (latency.at(i).count == 0) continue;
        seen += latency.at(i).count;
        const auto value = bench::to_ms(end_of(i, latency));
        const auto above =
            static_cast<double>(latency.count() - seen) / static_cast<double>(latency.count());
        while (above <= step.rest()) {
            out += fmt::format("{:12.3f} {:2.12f} {:10} {:14.2f}\n", value, 1 - step.rest(), seen,
                               1 / step.rest());
            step.next();
            if (above == 0) return out + fmt::format("{:12.3f} {:2.12f} {:10}\n", value, 1.0, seen);
        }
    }
    return out;
}

}  // namespace

std::string to_hdr(const bench::result& measured) {
    // HdrHistogram's buckets are powers of two. It counts sub-buckets from 0, of which all but the
    // first bucket use the upper half.
    constexpr auto sub_buckets = 256;
    constexpr auto buckets = histogram::bucket_count / (sub_buckets / 2) - 1;
    const auto& latency = measured.latency;
    return fmt::format("{:>12} {:>14} {:>10} {:>14}\n\n", "Value", "Percentile", "TotalCount",
                       "1/(1-Percentile)") +
           lines(latency) +
           fmt::format(
               "#[Mean    = {:12.3f}, StdDeviation   = {:12.3f}]\n"
               "#[Max     = {:12.3f}, Total count    = {:12}]\n"
               "#[Buckets = {:12}, SubBuckets     = {:12}]\n",
               bench::to_ms(latency.mean()), standard_deviation(latency),
               bench::to_ms(latency.max()), latency.count(), buckets, sub_buckets);
}

}  // namespace pulsar::report
