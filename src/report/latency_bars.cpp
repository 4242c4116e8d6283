#include "latency_bars.hpp"

#include "layout.hpp"
#include "pulsar/report/format.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <vector>

namespace pulsar::report {
namespace {

constexpr std::size_t most_rows = 20;
constexpr std::size_t longest_bar = 40;
constexpr std::size_t shortest_gap = 5;  ///< empty rows that become one

/// Rows of microseconds, equally many to each power of two; the first is what is below one.
class scale {
  public:
    explicit scale(std::uint64_t rows_to_a_power) : rows_(rows_to_a_power) {}

    std::uint64_t row_of(std::uint64_t us) const {
        if (us == 0) return 0;
        const auto power = static_cast<unsigned>(std::bit_width(us)) - 1;
        const auto beyond = us - (std::uint64_t{1} << power);
        return 1 + power * rows_ + (beyond * rows_ >> power);
    }

    std::uint64_t lower_us(std::uint64_t row) const {
        if (row == 0) return 0;
        const auto power = (row - 1) / rows_;
        const auto beyond = (row - 1) % rows_;
        return ((rows_ + beyond) << power) / rows_;
    }

  private:
    std::uint64_t rows_;
};

struct bar {
    std::uint64_t from_us = 0;
    std::uint64_t to_us = 0;  ///< not included
    std::uint64_t count = 0;
    bool gap = false;  ///< stands for many empty ones
};

struct drawing {
    std::vector<bar> bars;
    std::size_t gaps = 0;
};

std::uint64_t whole_us(bench::histogram::nanoseconds latency) {
    return static_cast<std::uint64_t>(latency.count()) / 1000;
}

/// Where in a bucket its count is put. Minimum and maximum are known, so that the first row and the
/// last are those that hold them.
std::uint64_t place_us(const bench::histogram::bucket& bucket, const bench::histogram& latency) {
    if (latency.max() <= bucket.to) return whole_us(latency.max());
    if (bucket.from <= latency.min()) return whole_us(std::min(latency.min(), bucket.to));
    return whole_us(bucket.middle());
}

std::vector<bar> all_bars(const bench::histogram& latency, const scale& rows) {
    std::vector<bar> bars;
    std::uint64_t next_row = 0;
    for (std::size_t i = 0; i < bench::histogram::bucket_count; ++i) {
        const auto bucket = latency.at(i);
        if (bucket.count == 0) continue;
        const auto row = rows.row_of(place_us(bucket, latency));
        if (bars.empty()) next_row = row;
        for (; next_row <= row; ++next_row) {
            bars.push_back(
                {.from_us = rows.lower_us(next_row), .to_us = rows.lower_us(next_row + 1)});
        }
        bars.back().count += bucket.count;
    }
    // The last bucket of a histogram has all that is longer, too.
    bars.back().to_us = std::max(bars.back().to_us, whole_us(latency.max()) + 1);
    return bars;
}

drawing without_long_gaps(const std::vector<bar>& bars) {
    drawing drawn;
    for (auto next = bars.begin(); next != bars.end();) {
        const auto occupied =
            std::find_if(next, bars.end(), [](const bar& b) { return b.count > 0; });
        if (static_cast<std::size_t>(occupied - next) >= shortest_gap) {
            drawn.bars.push_back({.gap = true});
            ++drawn.gaps;
            next = occupied;
        }
        drawn.bars.insert(drawn.bars.end(), next, std::min(occupied + 1, bars.end()));
        next = std::min(occupied + 1, bars.end());
    }
    return drawn;
}

/// In the finest scale that neither takes too many rows nor tears the picture apart.
std::vector<bar> choose_bars(const bench::histogram& latency) {
    constexpr std::uint64_t finest = 16;  // of no less than four buckets to a row
    // No row is narrower than the microsecond that its label can tell.
    auto rows =
        std::min(finest, std::bit_floor(std::max<std::uint64_t>(1, whole_us(latency.min()))));
    for (;; rows /= 2) {
        auto drawn = without_long_gaps(all_bars(latency, scale(rows)));
        if (rows == 1 || (drawn.bars.size() <= most_rows && drawn.gaps <= 1)) return drawn.bars;
    }
}

/// In milliseconds.
std::string bound(std::uint64_t us) {
    return grouped(static_cast<double>(us) / 1000, 3);
}

std::string share(std::uint64_t count, std::uint64_t total) {
    const auto percent = 100 * static_cast<double>(count) / static_cast<double>(total);
    if (count > 0 && percent < 0.005) return "<0.01%";
    return grouped(percent, 2) + '%';
}

/// What stands before the bars.
std::vector<table_row> label_rows(const std::vector<bar>& bars, std::uint64_t total) {
    const auto lower_width = bound(bars.back().from_us).size();
    const auto upper_width = bound(bars.back().to_us).size();
    const auto padded = [](const std::string& text, std::size_t width) {
        return std::string(width - text.size(), ' ') + text;
    };
    std::vector<table_row> rows;
    for (const auto& b : bars) {
        if (b.gap) {
            rows.push_back({"...", "", ""});
            continue;
        }
        const auto range =
            padded(bound(b.from_us), lower_width) + " - " + padded(bound(b.to_us), upper_width);
        rows.push_back({range, grouped(b.count), share(b.count, total)});
    }
    return rows;
}

/// Not that of the first line, whose last cell is empty.
std::size_t width_of(const std::vector<table_row>& rows) {
    const auto text = aligned("rrr", rows);
    return text.size() - 1 - text.rfind('\n', text.size() - 2) - 1;
}

}  // namespace

std::string latency_bars(const bench::histogram& latency, std::string_view counted) {
    if (latency.count() == 0) return {};
    const auto bars = choose_bars(latency);
    auto rows = label_rows(bars, latency.count());
    rows.insert(rows.begin(), {"latency, ms", std::string(counted), ""});

    const auto longest = std::min(longest_bar, line_width - width_of(rows) - 2);
    const auto most = std::ranges::max(bars, {}, &bar::count).count;
    for (std::size_t i = 0; i < bars.size(); ++i) {
        if (bars[i].count == 0) continue;
        const auto part = static_cast<double>(bars[i].count) / static_cast<double>(most);
        const auto length =
            static_cast<std::size_t>(std::lround(part * static_cast<double>(longest)));
        rows[i + 1].emplace_back(std::max<std::size_t>(1, length), '#');
    }
    return aligned("rrrl", rows);
}

}  // namespace pulsar::report
