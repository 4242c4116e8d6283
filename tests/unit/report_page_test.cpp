#include "pulsar/cli/text.hpp"
#include "pulsar/report/page.hpp"
#include "support/text.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace pulsar::report::page_test {
namespace {

using namespace bench;
using namespace std::chrono_literals;
using test::contains;
using test::occurrences;

constexpr std::string_view json = R"({"address":"127.0.0.1:8080","frames":2000})";
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

/// A run with an echo of 100 us to 1.1 ms in every millisecond.
result run_of(int seconds) {
    result run;
    run.address = "127.0.0.1:8080";
    run.connections = 50;
    run.pipeline = 1;
    run.threads = 1;
    run.warmup_s = 1;
    run.duration_s = seconds;
    for (int t = 1; t <= seconds; ++t) {
        for (int i = 0; i < 1000; ++i)
            run.latency.record(100us + i * 1us);
        run.series.push_back({static_cast<double>(t), 1000, 600, 1090});
    }
    run.frames = run.latency.count();
    run.payload_bytes = run.frames * 64;
    return run;
}

/// The first tag that closes what is not open, or the last element that is not closed; empty if
/// there is none.
std::string unbalanced(std::string_view page) {
    std::vector<std::string_view> open;
    page.remove_prefix(page.find("<html"));
    for (auto at = page.find('<'); at != page.npos; at = page.find('<', at + 1)) {
        const auto tag = page.substr(at + 1, page.find('>', at) - at - 1);
        const bool closes = tag.front() == '/';
        const auto name = tag.substr(closes, tag.find(' ') - closes);
        if (closes && (open.empty() || open.back() != name)) return std::string(tag);
        if (closes) {
            open.pop_back();
        } else if (tag.back() != '/' && name != "meta") {
            open.push_back(name);
        }
    }
    return open.empty() ? "" : std::string(open.back());
}

/// The values of an attribute, wherever it stands.
std::vector<std::string> values_of(std::string_view page, std::string_view attribute) {
    const auto start = std::string(" ").append(attribute).append("=\"");
    std::vector<std::string> values;
    for (auto at = page.find(start); at != page.npos; at = page.find(start, at + 1)) {
        const auto from = at + start.size();
        values.emplace_back(page.substr(from, page.find('"', from) - from));
    }
    return values;
}

/// What holds for every page.
void expect_sound(const result& run) {
    const auto page = to_page(run, json);
    EXPECT_TRUE(page.starts_with("<!DOCTYPE html>\n"));
    EXPECT_EQ(unbalanced(page), "");
    EXPECT_TRUE(cli::is_utf8(page));
    EXPECT_FALSE(contains(page, "nan"));
    EXPECT_FALSE(contains(page, "inf"));
    for (const auto* reference : {"http:", "https:", "//", " src=", "href", "url(", "@import",
                                  "<link", "<img", "<iframe", "javascript"}) {
        EXPECT_FALSE(contains(page, reference)) << reference;
    }
    EXPECT_EQ(occurrences(page, "<script"), 1U);
    EXPECT_TRUE(contains(page, R"(content="default-src 'none'; style-src 'unsafe-inline'")"));
}

TEST(HtmlReport, ShowsTheRun) {
    auto run = run_of(10);
    run.rate = 1000;
    run.heartbeats = 17;
    run.lost_frames = 3;
    run.unsent_frames = 4;
    const auto page = to_page(run, json);
    for (const auto* part :
         {"<h1><span>127.0.0.1:8080</span></h1>", "<td>echo</td>", "<td>50</td>", "<td>64B</td>",
          "1,000 <small>frames/s</small>", "<td>10,000</td>", "0.100 <small>ms</small>",
          "1.099 <small>ms</small>", "<th scope=\"row\">p99.99</th>", "<td>17</td>", "<td>3</td>",
          "<td>4</td>", ">p90</text>", ">99.9 %</text>", ">10 s</text>", ">wanted</text>"}) {
        EXPECT_TRUE(contains(page, part)) << part;
    }
    EXPECT_EQ(occurrences(page, "<svg"), 6U);
    expect_sound(run);
}

TEST(HtmlReport, SaysHowItWent) {
    auto run = run_of(2);
    EXPECT_TRUE(contains(to_page(run, json), "verdict good"));
    run.lost_frames = 1;
    EXPECT_TRUE(contains(to_page(run, json), R"(verdict bad">1 frame was lost.<)"));
}

TEST(HtmlReport, EscapesWhatComesFromOutside) {
    auto run = run_of(1);
    run.address = "unix:/tmp/<b>&\"'\xff\n";
    run.failures[1] = {2, "<script>alert(1)</script>\xe2\x80\xae"};
    const auto page = to_page(run, json);
    EXPECT_TRUE(
        contains(page, "<h1><span>unix:/tmp/&lt;b&gt;&amp;\\&quot;&#39;\\xff\\n</span></h1>"));
    EXPECT_TRUE(
        contains(page, "<td>2</td><td>&lt;script&gt;alert(1)&lt;/script&gt;\\xe2\\x80\\xae<"));
    expect_sound(run);
}

TEST(HtmlReport, EmbedsTheJsonOnOneLine) {
    const auto page = to_page(run_of(1), "{\"address\":\n\"</script><!--<script>\"}\n");
    EXPECT_TRUE(contains(page,
                         "\n<script type=\"application/json\" id=\"result\">{\"address\": "
                         "\"\\u003c/script>\\u003c!--\\u003cscript>\"} </script>\n"));
    EXPECT_EQ(occurrences(page, result_element), 1U);
}

TEST(HtmlReport, KeepsTheElementOfTheJsonUnique) {
    auto run = run_of(1);
    run.address = std::string(result_element);
    EXPECT_EQ(occurrences(to_page(run, json), result_element), 1U);
}

TEST(HtmlReport, HasNoPlotsWithoutFrames) {
    result run;
    run.failures[0] = {50, "connect: Connection refused"};
    run.series = {{1, 0, 0, 0}, {2, 0, 0, 0}};
    const auto page = to_page(run, json);
    EXPECT_FALSE(contains(page, "<svg"));
    EXPECT_FALSE(contains(page, "Latency"));
    EXPECT_TRUE(contains(page, "No frame was echoed. 50 connections failed."));
    EXPECT_TRUE(contains(page, "<th scope=\"row\">refused</th><td>50</td><td>connect: Conn"));
    expect_sound(run);
}

TEST(HtmlReport, HasOnlyWhatAnIdleRunMeasures) {
    result run;
    run.mode = mode::idle;
    run.connections = 10'000;
    run.heartbeats = 4321;
    run.duration_s = 60;
    run.series.assign(60, {1, 0, 0, 0});
    const auto page = to_page(run, json);
    EXPECT_FALSE(contains(page, "<svg"));
    EXPECT_FALSE(contains(page, "frames/s"));
    EXPECT_TRUE(contains(page, "<dt>heartbeats</dt><dd>4,321</dd>"));
    EXPECT_TRUE(contains(page, "Every connection stayed."));
    expect_sound(run);
}

TEST(HtmlReport, OneSecondHasNoCourseOfTime) {
    const auto page = to_page(run_of(1), json);
    EXPECT_EQ(occurrences(page, "<svg"), 2U);
    EXPECT_FALSE(contains(page, "over time"));
    expect_sound(run_of(1));
}

TEST(HtmlReport, ARestOfASecondCountsByItsLength) {
    auto run = run_of(2);
    run.series.push_back({2.5, 500, 600, 1090});
    run.series.push_back({2.501, 900, 600, 1090});
    EXPECT_TRUE(contains(to_page(run, json), "highest <small>at 0 s</small></th><td>1,000</td>"));
    expect_sound(run);
}

TEST(HtmlReport, HoursStaySmallAndKeepTheWorstSecond) {
    auto run = run_of(2);
    run.series.clear();
    for (int t = 1; t <= 10'000; ++t)
        run.series.push_back({static_cast<double>(t), 1000U + static_cast<unsigned>(t * 7919 % 97),
                              600.0 + t * 31 % 50, 1100.0 + t * 7919 % 977});
    run.series[4320] = {4321, 0, 0, 0};
    run.series[4321].p99_us = 1'234'000;
    const auto page = to_page(run, json);
    EXPECT_LT(page.size(), 200'000U);
    EXPECT_TRUE(contains(page, ">1,234 ms</text>"));
    EXPECT_TRUE(contains(page, "lowest <small>at 1:12:00</small></th><td>0</td>"));
    EXPECT_TRUE(contains(page, "p99 <small>at 1:12:01</small></th><td>1,234.000 "));
    EXPECT_TRUE(contains(page, "0:20:00</text>"));
    expect_sound(run);
}

TEST(HtmlReport, ShadesWhileNoEchoCame) {
    auto run = run_of(5);
    EXPECT_FALSE(contains(to_page(run, json), "class=\"gap\""));
    run.series[2] = {3, 0, 0, 0};
    EXPECT_EQ(occurrences(to_page(run, json), "class=\"gap\""), 2U);
    expect_sound(run);
}

/// A run of five seconds with an outage in the third and fourth of them.
result interrupted_run() {
    auto run = run_of(5);
    run.reconnect.emplace();
    run.reconnect->disconnects = {0, 1, 6, 0, 0, 0};
    run.reconnect->resent_frames = 23;
    run.reconnect->outages = 4;
    run.reconnect->longest_outage_s = 0.25;
    run.reconnect->outage_s = 0.75;
    run.series[2].disconnects = 7;
    run.series[2].outage_s = 0.7;
    run.series[3].outage_s = 0.05;
    return run;
}

TEST(HtmlReport, DrawsOutages) {
    const auto run = interrupted_run();
    const auto page = to_page(run, json);
    EXPECT_EQ(occurrences(page, "<svg"), 8U);
    for (const auto* part : {"<h2>Outages over time</h2>", "id=\"outages-wide-title\"",
                             "<th scope=\"row\">most connections <small>at 2 s</small></th>",
                             "<th scope=\"row\">most disconnects <small>at 2 s</small></th>"}) {
        EXPECT_TRUE(contains(page, part)) << part;
    }
    EXPECT_FALSE(contains(to_page(run_of(5), json), "utage"));
    expect_sound(run);
}

TEST(HtmlReport, DrawsNoOutagesWhereThereWereNone) {
    auto run = run_of(5);
    run.reconnect.emplace();
    EXPECT_EQ(occurrences(to_page(run, json), "<svg"), 6U);
    expect_sound(run);
}

TEST(HtmlReport, DrawsTheOutagesOfAnIdleRun) {
    auto run = interrupted_run();
    run.mode = mode::idle;
    run.frames = 0;
    run.latency = {};
    for (auto& each : run.series)
        each.frames = 0, each.p50_us = each.p99_us = 0;
    const auto page = to_page(run, json);
    EXPECT_EQ(occurrences(page, "<svg"), 2U);
    EXPECT_TRUE(contains(page, "<h2>Outages over time</h2>"));
    EXPECT_TRUE(contains(page, "<th scope=\"col\">disconnects</th>"));
    EXPECT_FALSE(contains(page, "<th scope=\"col\">frames/s</th>"));
    expect_sound(run);
}

TEST(HtmlReport, AddsUpTheOutagesOfAnInterval) {
    auto run = run_of(120);
    run.reconnect.emplace();
    run.series[10].outage_s = 0.25;
    run.series[11].outage_s = 0.5;
    EXPECT_TRUE(contains(to_page(run, json), "<td>0.750</td>"));
    EXPECT_EQ(occurrences(to_page(run, json), "<td>0.250</td>"), 0U);
    expect_sound(run);
}

TEST(HtmlReport, TellsWhatInterruptionsMeant) {
    auto run = interrupted_run();
    const auto page = to_page(run, json);
    for (const auto* part :
         {"byte for byte. 4 outages, the longest 0.250&nbsp;s.</p>",
          "<th scope=\"row\">disconnects</th><td>7</td>",
          "<th scope=\"row\">disconnects, reset</th><td>1</td>",
          "<th scope=\"row\">disconnects, closed</th><td>6</td>",
          "<th scope=\"row\">frames sent again</th><td>23</td>",
          "<th scope=\"row\">outages</th><td>4</td>",
          "<th scope=\"row\">the longest</th><td>0.250 <small>s</small></td>",
          "<th scope=\"row\">all together</th><td>0.750 <small>s</small></td>",
          "<th scope=\"col\">outages, s</th>", "<td>0.700</td>", "<td>0.050</td>"}) {
        EXPECT_TRUE(contains(page, part)) << part;
    }
    run.mode = mode::idle;
    const auto idle = to_page(run, json);
    EXPECT_TRUE(contains(idle, "Every connection was made again. 4 outages"));
    EXPECT_FALSE(contains(idle, "sent again"));
    expect_sound(run);
}

TEST(HtmlReport, HasNoColumnForWordsThatAreInNoFile) {
    auto run = interrupted_run();
    run.failures[2].connections = 1'200;
    const auto page = to_page(run, json);
    EXPECT_TRUE(contains(page, "<th scope=\"row\">closed</th><td>1,200</td></tr>"));
    EXPECT_FALSE(contains(page, "the first of them"));
    expect_sound(run);
    run.failures[2].first = "closed by the server";
    EXPECT_TRUE(contains(to_page(run, json), "<td>1,200</td><td>closed by the server</td></tr>"));
}

TEST(HtmlReport, OfAMergedResultHasNoCourseOfTime) {
    auto run = interrupted_run();
    run.series.clear();
    const auto page = to_page(run, json);
    EXPECT_EQ(occurrences(page, "<svg"), 2U);
    EXPECT_EQ(occurrences(page, "<section>"), 2U) << "the percentiles and the run";
    EXPECT_FALSE(contains(page, "over time"));
    EXPECT_TRUE(contains(page, "<th scope=\"row\">outages</th><td>4</td>"));
    expect_sound(run);
}

TEST(HtmlReport, WarnsOfAGeneratorAtItsLimit) {
    auto run = run_of(2);
    run.busiest_thread = 0.9;
    run.send_lag = send_lag{10, 900, 5000};
    const auto fine = to_page(run, json);
    EXPECT_FALSE(contains(fine, "verdict warning"));
    EXPECT_TRUE(contains(fine, "<td>90 <small>%</small></td>"));
    EXPECT_TRUE(contains(fine, "<td>0.900 <small>ms</small></td>"));

    run.send_lag->p99_us = 1800;
    EXPECT_TRUE(contains(to_page(run, json),
                         "its busiest thread took 90 % of a CPU, and of the frames that were due, "
                         "1 % went out later than 1.80&nbsp;ms.</p>"));
    run.send_lag.reset();
    run.busiest_thread = 0.987;
    EXPECT_TRUE(contains(to_page(run, json), "its busiest thread took 99 % of a CPU.</p>"));
    EXPECT_TRUE(contains(to_page(run, json), "verdict good"));
    expect_sound(run);
}

TEST(HtmlReport, SaysWhatEachModeDid) {
    auto run = run_of(2);
    run.pipeline = 4;
    const auto facts = [&](mode as) {
        run.mode = as;
        expect_sound(run);
        return to_page(run, json);
    };
    EXPECT_TRUE(contains(facts(mode::echo), "50 connections, 4 in flight on each, 64B frames,"));
    EXPECT_TRUE(contains(facts(mode::churn), "50 connections at a time, one frame on each, "));
    const auto halfclose = facts(mode::halfclose);
    EXPECT_TRUE(contains(halfclose, "50 connections at a time, 4 frames and then FIN on each, "));
    EXPECT_TRUE(contains(halfclose, "<th scope=\"row\">frames on each</th><td>4</td>"));
    EXPECT_FALSE(contains(halfclose, "framing"));
    run.framing = framing::none;
    const auto unframed = facts(mode::echo);
    EXPECT_TRUE(contains(unframed, "64B frames without headers, "));
    EXPECT_TRUE(contains(unframed, "<th scope=\"row\">framing</th><td>none</td>"));
}

TEST(HtmlReport, NamesWhereConnectionsCameFromAndTheirHeader) {
    auto run = run_of(2);
    const auto plain = to_page(run, json);
    for (const auto* part : {"connected from", "PROXY", "ramp"})
        EXPECT_FALSE(contains(plain, part)) << part;
    run.sources = {"127.0.0.2", "<b>\xff"};
    run.proxy_protocol = protocol::proxy_header::version::v2;
    run.ramp_s = 1.5;
    const auto page = to_page(run, json);
    for (const auto* part :
         {"<th scope=\"row\">connected from</th>"
          "<td><span>127.0.0.2,</span><span>&lt;b&gt;\\xff</span></td>",
          "<th scope=\"row\">PROXY protocol</th><td>v2</td>",
          "<th scope=\"row\">ramp, not measured</th><td>1.50 <small>s</small></td>"}) {
        EXPECT_TRUE(contains(page, part)) << part;
    }
    expect_sound(run);
}

TEST(HtmlReport, ALineEndsBetweenAddresses) {
    auto run = run_of(2);
    run.address = ":8080,unix:/a,,b,";
    EXPECT_TRUE(contains(to_page(run, json),
                         "<h1><span>:8080,</span><span>unix:/a,</span><span>,</span>"
                         "<span>b,</span></h1>"));
    expect_sound(run);
    run.address = std::string(5'000, 'x');
    EXPECT_TRUE(contains(to_page(run, json), "<h1 class=\"long\">"));
    expect_sound(run);
    run.address.clear();
    expect_sound(run);
}

TEST(HtmlReport, NeverPrintsWhatIsNoNumber) {
    for (const double odd : {not_a_number, infinity, -infinity, -1.0, 1e300, 1e-300}) {
        auto run = run_of(4);
        run.series[1].t_s = odd;
        run.series[2].p50_us = odd;
        run.series[3].p99_us = odd;
        run.series[3].outage_s = odd;
        run.busiest_thread = odd;
        run.send_lag = send_lag{odd, odd, odd};
        run.reconnect.emplace().outage_s = odd;
        run.reconnect->longest_outage_s = odd;
        expect_sound(run);
        run.duration_s = odd;
        run.warmup_s = odd;
        expect_sound(run);
    }
}

TEST(HtmlReport, TakesTheLargestAndTheLeast) {
    auto run = run_of(2);
    run.frames = run.payload_bytes = std::numeric_limits<std::uint64_t>::max();
    run.rate = run.lost_frames = run.frames;
    run.series[0].frames = run.frames;
    run.connections = run.pipeline = std::numeric_limits<std::size_t>::max();
    run.reconnect.emplace().disconnects.fill(run.frames);
    run.series[0].disconnects = run.series[1].disconnects = run.frames;
    run.series[0].outage_s = 1e9;
    run.series[1].outage_s = 1e-9;
    run.latency.record(std::chrono::nanoseconds::max());
    run.latency.record(0ns);
    expect_sound(run);

    for (const int echoes : {1, 9, 10, 100}) {
        auto few = run_of(0);
        for (int i = 0; i < echoes; ++i)
            few.latency.record(0ns);
        few.frames = few.latency.count();
        expect_sound(few);
    }
}

TEST(HtmlReport, TakesALongSeries) {
    auto run = interrupted_run();
    run.series.clear();
    for (unsigned t = 1; t <= 100'000; ++t)
        run.series.push_back({static_cast<double>(t), t % 7, 1e-9, 1e14, t % 3, t % 11 * 0.1});
    EXPECT_LT(to_page(run, json).size(), 200'000U);
    expect_sound(run);
}

TEST(HtmlReport, StaysInsideItsCharts) {
    auto run = interrupted_run();
    run.rate = 1'000'000;
    run.latency.record(std::chrono::hours(2));
    const auto page = to_page(run, json);
    for (const auto* attribute : {"x", "cx", "y", "cy"}) {
        const double most = std::string_view(attribute).ends_with('x') ? 848 : 328;
        EXPECT_FALSE(values_of(page, attribute).empty());
        for (const auto& value : values_of(page, attribute)) {
            EXPECT_GE(std::stod(value), 0) << attribute;
            EXPECT_LE(std::stod(value), most) << attribute;
        }
    }
    constexpr double bottom = 298;
    for (auto at = page.find("\"value\""); at != page.npos; at = page.find("\"value\"", at + 1))
        EXPECT_LE(std::stod(values_of(page.substr(at, 60), "y").at(0)), bottom + 4);
    EXPECT_FALSE(values_of(page, "d").empty());
    for (const auto& path : values_of(page, "d"))
        EXPECT_EQ(path.find_first_not_of("MLHVZ0123456789. "), path.npos) << path;
}

}  // namespace
}  // namespace pulsar::report::page_test
