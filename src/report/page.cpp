#include "pulsar/report/page.hpp"

#include "html_style.hpp"
#include "html_text.hpp"
#include "latency_plot.hpp"
#include "page_heading.hpp"
#include "page_tables.hpp"
#include "percentile_plot.hpp"
#include "throughput_plot.hpp"
#include "timeline.hpp"

namespace pulsar::report {
namespace {

constexpr std::size_t wide_intervals = 300;
constexpr std::size_t narrow_intervals = 120;
constexpr std::size_t table_intervals = 60;

std::string note(std::string_view words) {
    return std::string("<p class=\"note\">").append(words).append("</p>\n");
}

std::string section(std::string_view title, const std::string& content) {
    return std::string("<section>\n<h2>").append(title).append("</h2>\n") + content +
           "</section>\n";
}

std::string beside(std::string_view kind, const std::string& content) {
    return std::string("<div class=\"beside ").append(kind).append("\">\n") + content + "</div>\n";
}

std::string figure_element(const std::string& wide, const std::string& narrow) {
    return "<figure>\n" + wide + narrow + "</figure>\n";
}

std::string error_section(const bench::result& of) {
    const auto table = error_table(of);
    return table.empty() ? "" : section("Errors", "<div class=\"errors\">\n" + table + "</div>\n");
}

std::string percentiles(const bench::result& of) {
    if (of.latency.count() == 0) return {};
    auto content = note(
        of.rate ? "Measured from when each frame should have been sent, so a stall of the server "
                  "counts for every frame that was due in it."
                : "Measured from when each frame was sent. Without a rate, a stall of the server "
                  "also delays the frames after it, and their delay does not show here.");
    std::string plot;
    if (has_percentile_plot(of.latency)) {
        plot = figure_element(percentile_plot(of.latency, chart_width::wide),
                              percentile_plot(of.latency, chart_width::narrow));
    }
    return section("Latency by percentile",
                   content + beside("plot", plot + latency_table(of.latency)));
}

/// A run as the charts and tables of the page show it.
struct views {
    std::vector<interval> seconds;
    std::vector<interval> wide;
    std::vector<interval> narrow;
};

bool is_thinned(const views& of) {
    return of.wide.size() < of.seconds.size();
}

std::string throughput(const bench::result& of, const views& run) {
    std::string words;
    if (is_thinned(run)) {
        words +=
            "Each step is the mean of several seconds; the band goes from the lowest to the "
            "highest of them. ";
    }
    if (has_outage(run.wide)) words += "On shaded ground a connection was in an outage. ";
    const auto content =
        beside("plot", figure_element(throughput_plot(of, run.wide, chart_width::wide),
                                      throughput_plot(of, run.narrow, chart_width::narrow)) +
                           throughput_table(of, run.seconds));
    return section("Throughput over time", (words.empty() ? "" : note(words)) + content);
}

std::string latency(const views& run) {
    std::string words;
    if (is_thinned(run)) words += "Each step is the highest of several seconds. ";
    if (has_gap(run.wide)) words += "On shaded ground no echo came. ";
    const auto content =
        beside("plot", figure_element(latency_plot(run.wide, chart_width::wide),
                                      latency_plot(run.narrow, chart_width::narrow)) +
                           slowest_table(run.seconds));
    return section("Latency over time", (words.empty() ? "" : note(words)) + content);
}

std::string details(const bench::result& of) {
    return "<details>\n<summary>Throughput and latency over time as a table</summary>\n"
           "<div class=\"scroll seconds\">\n" +
           interval_table(of, timeline(of.series, table_intervals)) + "</div>\n</details>\n";
}

std::string over_time(const bench::result& of) {
    if (of.mode == bench::mode::idle || of.frames == 0 || of.series.empty()) return {};
    const views run{timeline(of.series, of.series.size()), timeline(of.series, wide_intervals),
                    timeline(of.series, narrow_intervals)};
    if (run.seconds.size() < 2) return {};
    return throughput(of, run) + (has_latency_plot(run.seconds) ? latency(run) : "") + details(of);
}

std::string run(const bench::result& of) {
    return section("The run", beside("pair", parameter_table(of) + count_table(of)));
}

/// A `<` would end the element when `/script` follows. Line ends stand only between the tokens.
std::string embedded(std::string_view json) {
    std::string out;
    for (const char c : json) {
        if (c == '<') {
            out += "\\u003c";
        } else {
            out += c == '\n' || c == '\r' ? ' ' : c;
        }
    }
    return out;
}

std::string page_head(const bench::result& of) {
    return R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>)" + html_text(of.address) +
           ' ' + std::string(to_string(of.mode)) + " | pulsar-bench</title>\n<style>" +
           std::string(html_style()) + "</style>\n</head>\n<body>\n";
}

}  // namespace

std::string to_page(const bench::result& of, std::string_view json) {
    return page_head(of) + page_heading(of) + "<main>\n" + error_section(of) + percentiles(of) +
           over_time(of) + run(of) + "</main>\n" + std::string(result_element) + embedded(json) +
           "</script>\n</body>\n</html>\n";
}

}  // namespace pulsar::report
