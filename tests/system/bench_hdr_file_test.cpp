// The percentile distribution that --hdr writes, beside the histogram of --json.

#include "support/bench.hpp"
#include "support/daemon.hpp"
#include "support/markdown.hpp"
#include "support/temp_dir.hpp"
#include "support/text.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pulsar::test::bench_hdr_file_test {
namespace {

constexpr int frames = 20'000;

struct row {
    double value_ms;
    double percentile;   ///< 0 to 1
    std::int64_t count;  ///< of the latencies up to the value
};

/// As HdrHistogram's plotter takes it apart: four columns below a heading, and comments.
std::vector<row> rows_of(const std::string& distribution) {
    std::vector<row> rows;
    for (const auto& line : lines_of(distribution)) {
        const auto words = words_of(line);
        if (words.empty() || words[0].starts_with('#') || words[0] == "Value") continue;
        // The last row has no 1/(1-Percentile), or an infinite one.
        EXPECT_TRUE(words.size() == 4 || words.size() == 3) << line;
        rows.push_back({std::stod(words.at(0)), std::stod(words.at(1)), std::stoll(words.at(2))});
    }
    return rows;
}

/// The latencies whose bucket lies below, or has its beginning there.
std::int64_t count_up_to(const bench_result& result, double ms, std::string_view bound) {
    std::int64_t count = 0;
    for (const auto& bucket : result.object().at("histogram").as_array())
        if (bucket.at(bound).to_number<double>() / 1000 <= ms)
            count += number(bucket.as_object(), "count");
    return count;
}

// Each is rounded to three digits.
constexpr double rounding_ms = 0.0006;

/// Expects rows that rise, and counts that the buckets of the JSON have, too.
void expect_counts_of(const bench_result& result, const std::vector<row>& rows) {
    row before{};
    for (const auto& each : rows) {
        SCOPED_TRACE("at " + std::to_string(each.percentile));
        EXPECT_GE(each.value_ms, before.value_ms);
        EXPECT_GE(each.percentile, before.percentile);
        EXPECT_GE(static_cast<double>(each.count) + 1e-6, each.percentile * frames);
        EXPECT_GE(each.count, count_up_to(result, each.value_ms - rounding_ms, "to_us"));
        EXPECT_LE(each.count, count_up_to(result, each.value_ms + rounding_ms, "from_us"));
        before = each;
    }
}

/// Expects that of the JSON between the rows around it. It is the middle of a bucket, of which the
/// row has the end.
void expect_percentile_among(const std::vector<row>& rows, double share, double ms) {
    SCOPED_TRACE("at " + std::to_string(share));
    const auto after =
        std::ranges::find_if(rows, [share](const row& each) { return each.percentile >= share; });
    ASSERT_TRUE(after != rows.begin() && after != rows.end());
    EXPECT_LE(ms, after->value_ms + rounding_ms);
    EXPECT_GE(1.004 * ms, std::prev(after)->value_ms - rounding_ms);
}

TEST(BenchHdrFile, AgreesWithTheJson) {
    const temp_dir dir;
    daemon pulsar;
    const auto result = expect_all_echoed(
        {pulsar.address(), "-c", "4", "-n", std::to_string(frames), "--hdr", dir / "hdr"});
    pulsar.expect_orderly_exit();
    const auto distribution = read_file(dir / "hdr");
    const auto rows = rows_of(distribution);
    ASSERT_GT(rows.size(), 20U);
    expect_counts_of(result, rows);
    expect_percentile_among(rows, 0.5, result.latency_ms("p50"));
    expect_percentile_among(rows, 0.9, result.latency_ms("p90"));
    expect_percentile_among(rows, 0.99, result.latency_ms("p99"));
    expect_percentile_among(rows, 0.999, result.latency_ms("p99_9"));
    expect_percentile_among(rows, 0.9999, result.latency_ms("p99_99"));
    EXPECT_EQ(rows.back().percentile, 1);
    EXPECT_EQ(rows.back().count, frames);
    EXPECT_NEAR(rows.back().value_ms, result.latency_ms("max"), rounding_ms);
    EXPECT_TRUE(contains(distribution, " " + std::to_string(frames) + "]\n")) << "Total count";
}

}  // namespace
}  // namespace pulsar::test::bench_hdr_file_test
