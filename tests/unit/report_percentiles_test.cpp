// Each percentile, wherever it is shown, by a run in which no two are alike.

#include "pulsar/report/compare.hpp"
#include "pulsar/report/json.hpp"
#include "pulsar/report/page.hpp"
#include "pulsar/report/text.hpp"
#include "report_sample_result.hpp"
#include "support/json.hpp"
#include "support/text.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace pulsar::report::percentiles_test {
namespace {

using namespace bench;
using namespace std::chrono_literals;

/// By name, in ms.
using statistics = std::map<std::string, double>;

constexpr double of_a_bucket = 0.005;  // half its width, and a rounded digit

/// Ranks: 1 has 5 ms; up to 60,001 it is 10, up to 95,001 20, up to 99,501 30, up to 99,951 40, up
/// to 99,996 50, and up to 100,000 60.
result run_with_all_percentiles(int factor = 1) {
    auto run = plain_result();
    run.frames = 100'000;
    run.latency = {};
    const std::vector<std::pair<std::chrono::milliseconds, int>> frames{
        {5ms, 1},    {10ms, 60'000}, {20ms, 35'000}, {30ms, 4'500},
        {40ms, 450}, {50ms, 45},     {60ms, 4}};
    for (const auto& [latency, count] : frames) {
        for (int i = 0; i < count; ++i)
            run.latency.record(latency * factor);
    }
    return run;
}

const statistics expected{{"min", 5},    {"p50", 10},    {"p90", 20}, {"p99", 30},
                          {"p99.9", 40}, {"p99.99", 50}, {"max", 60}, {"mean", 14.55495}};

void expect_all(const statistics& shown, double factor = 1) {
    ASSERT_EQ(shown.size(), expected.size());
    for (const auto& [name, value] : expected) {
        ASSERT_TRUE(shown.contains(name)) << name;
        EXPECT_NEAR(shown.at(name), value * factor, value * factor * of_a_bucket) << name;
    }
}

TEST(Percentiles, OfTheJson) {
    const auto run = test::parse_line(to_json(run_with_all_percentiles()));
    statistics shown;
    for (const auto& [key, value] : run.at("latency_us").as_object()) {
        std::string name = key;
        if (const auto comma = name.find('_'); comma != name.npos) name[comma] = '.';
        shown[name] = value.to_number<double>() / 1000;
    }
    expect_all(shown);
}

/// The lines `latency  min  p50 ...` and `ms  5.000 ...`.
TEST(Percentiles, OfTheText) {
    statistics shown;
    const auto lines = lines_of(to_text(run_with_all_percentiles()));
    for (std::size_t i = 1; i < lines.size(); ++i) {
        const auto names = test::words_of(lines[i - 1]);
        const auto values = test::words_of(lines[i]);
        if (values.empty() || values.front() != "ms") continue;
        ASSERT_EQ(names.size(), values.size());
        for (std::size_t column = 1; column < names.size(); ++column)
            shown[names[column]] = std::stod(values[column]);
    }
    expect_all(shown);
}

/// The number that follows `words`, and then `before`; NaN if they are not there.
double number_behind(std::string_view words, std::string_view before, const std::string& in) {
    const auto at = in.find(words);
    const auto number = at == in.npos ? at : in.find(before, at);
    return number == in.npos ? std::nan("") : std::stod(in.substr(number + before.size()));
}

/// Rows such as `<tr><th scope="row">p90</th><td>20.054 ...`.
TEST(Percentiles, OfThePagesTable) {
    const auto page = to_page(run_with_all_percentiles(), "{}");
    const auto table = page.substr(page.find(">Latency</caption>"));
    statistics shown;
    for (const auto& [name, value] : expected)
        shown[name] = number_behind(">" + name + "</th>", "<td>", table);
    expect_all(shown);
}

TEST(Percentiles, OfThePagesHeadingAndOfTheWordsForItsPlot) {
    const auto page = to_page(run_with_all_percentiles(), "{}");
    for (const auto* name : {"p50", "p99", "max"}) {
        const auto value = expected.at(name);
        EXPECT_NEAR(number_behind("<dt>" + std::string(name) + "</dt>", "<dd>", page), value,
                    value * of_a_bucket)
            << name;
    }
    EXPECT_NEAR(number_behind("Half of the echoes", "took up to ", page), 10, 10 * of_a_bucket);
    EXPECT_NEAR(number_behind("Half of the echoes", "99 % up to ", page), 30, 30 * of_a_bucket);
    EXPECT_NEAR(number_behind("Half of the echoes", "the slowest ", page), 60, 60 * of_a_bucket);
}

/// Lines such as `  p99.9  40.108  80.216  2.00x`.
TEST(Percentiles, OfTheComparison) {
    statistics a;
    statistics b;
    for (const auto& line :
         lines_of(compare("a", run_with_all_percentiles(), "b", run_with_all_percentiles(2)))) {
        const auto words = test::words_of(line);
        if (words.size() != 4 || !expected.contains(words[0])) continue;
        a[words[0]] = std::stod(words[1]);
        b[words[0]] = std::stod(words[2]);
        EXPECT_EQ(words[3], "2.00x") << words[0];
    }
    expect_all(a);
    expect_all(b, 2);
}

}  // namespace
}  // namespace pulsar::report::percentiles_test
