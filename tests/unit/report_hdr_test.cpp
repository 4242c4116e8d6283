#include "pulsar/report/hdr.hpp"
#include "report_sample_result.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <regex>
#include <string>
#include <vector>

namespace pulsar::report::hdr_test {
namespace {

using namespace bench;
using namespace std::chrono_literals;

TEST(Hdr, IsWhatHdrHistogramWrites) {
    EXPECT_EQ(to_hdr(plain_result()),
              R"(       Value     Percentile TotalCount 1/(1-Percentile)

       0.100 0.000000000000          1           1.00
       0.100 0.100000000000          1           1.11
       0.100 0.200000000000          1           1.25
       0.201 0.300000000000          2           1.43
       0.201 0.400000000000          2           1.67
       0.201 0.500000000000          2           2.00
       0.301 0.550000000000          3           2.22
       0.301 0.600000000000          3           2.50
       0.301 0.650000000000          3           2.86
       0.301 0.700000000000          3           3.33
       0.301 0.750000000000          3           4.00
       1.000 0.775000000000          4           4.44
       1.000 1.000000000000          4
#[Mean    =        0.400, StdDeviation   =        0.354]
#[Max     =        1.000, Total count    =            4]
#[Buckets =           41, SubBuckets     =          256]
)");
}

TEST(Hdr, OfNothingHasNoLines) {
    EXPECT_EQ(to_hdr(result()), R"(       Value     Percentile TotalCount 1/(1-Percentile)

#[Mean    =        0.000, StdDeviation   =        0.000]
#[Max     =        0.000, Total count    =            0]
#[Buckets =           41, SubBuckets     =          256]
)");
}

struct row {
    double value;
    double percentile;
    double count;
};

/// As the plotters read it: columns between blanks, of lines that do not begin with `#`.
std::vector<row> rows_in(const std::string& text) {
    std::vector<row> rows;
    for (const auto& line : lines_of(text)) {
        static const std::regex shape(" *([0-9.]+) +([0-9.]+) +([0-9]+)( +([0-9.]+))?");
        std::smatch columns;
        if (line.starts_with('#') || !std::regex_match(line, columns, shape)) continue;
        rows.push_back({std::stod(columns[1]), std::stod(columns[2]), std::stod(columns[3])});
        if (!columns[5].matched) continue;
        const auto inverse = 1 / (1 - rows.back().percentile);
        EXPECT_NEAR(std::stod(columns[5]), inverse, inverse * 0.01) << line;
    }
    return rows;
}

TEST(Hdr, HasThePercentilesOfAnyRun) {
    std::mt19937_64 random(42);
    std::uniform_real_distribution<double> power(0, 43);
    for (int round = 0; round < 50; ++round) {
        auto run = plain_result();
        run.latency = {};
        std::vector<double> latencies;
        for (int i = 0; i <= round * round; ++i) {
            const std::chrono::nanoseconds latency(std::int64_t(std::exp2(power(random))));
            run.latency.record(latency);
            latencies.push_back(static_cast<double>(latency.count()) / 1e6);
        }
        std::ranges::sort(latencies);
        const auto rows = rows_in(to_hdr(run));
        ASSERT_GE(rows.size(), 2U);
        EXPECT_EQ(rows.front().percentile, 0);
        EXPECT_EQ(rows.back().percentile, 1);
        EXPECT_EQ(rows.back().count, latencies.size());
        EXPECT_NEAR(rows.back().value, latencies.back(), 0.001);
        row before{};
        for (const auto& here : rows) {
            EXPECT_GE(here.value, before.value);
            EXPECT_GE(here.count, before.count);
            EXPECT_GE(here.percentile, before.percentile);
            const auto share = here.count / static_cast<double>(latencies.size());
            EXPECT_GE(share, here.percentile - 1e-9);
            const auto at = latencies[static_cast<std::size_t>(here.count) - 1];
            EXPECT_GE(here.value, at - 0.001);
            EXPECT_LE(here.value, at * 1.01 + 0.001);
            before = here;
        }
    }
}

}  // namespace
}  // namespace pulsar::report::hdr_test
