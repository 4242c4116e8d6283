#include "pulsar/report/page.hpp"

#include "html_style.hpp"
#include "html_text.hpp"
#include "page_heading.hpp"
#include "page_plots.hpp"
#include "page_tables.hpp"
#include "plot.hpp"
#include "timeline.hpp"

namespace pulsar::report {
namespace {

constexpr std::size_t plot_intervals = 200;
constexpr std::size_t table_intervals = 60;

std::string note(std::string_view words) {
    if (words.empty()) return {};
    return std::string("<p class=\"note\">").append(words).append("</p>\n");
}

std::string section(std::string_view title, const std::string& content) {
    return std::string("<section>\n<h2>").append(title).append("</h2>\n") + content +
           "</section>\n";
}

std::string beside(std::string_view kind, const std::string& content) {
    return std::string("<div class=\"beside ").append(kind).append("\">\n") + content + "</div>\n";
}

std::string plot_section(const plot& of, const std::string& table) {
    return section(of.title, note(of.note) + beside("plot", figure_element(of) + table));
}

std::string error_section(const bench::result& of) {
    const auto table = error_table(of);
    return table.empty() ? "" : section("Errors", "<div class=\"errors\">\n" + table + "</div>\n");
}

std::string percentiles(const bench::result& of) {
    if (of.latency.count() == 0) return {};
    const auto drawn = percentile_plot(of);
    const auto table = latency_table(of);
    return drawn ? plot_section(*drawn, table) : section("Latency", beside("plot", table));
}

std::string over_time(const bench::result& of) {
    const auto seconds = timeline(of);
    if (seconds.size() < 2) return {};
    const auto run = shortened(seconds, plot_intervals);
    std::string out;
    if (const auto drawn = outage_plot(of, run))
        out += plot_section(*drawn, outage_table(of, seconds));
    if (const auto drawn = throughput_plot(of, run))
        out += plot_section(*drawn, throughput_table(of, seconds));
    if (const auto drawn = latency_plot(run)) out += plot_section(*drawn, slowest_table(seconds));
    if (out.empty()) return {};
    return out +
           "<details>\n<summary>The run over time as a table</summary>\n"
           "<div class=\"scroll seconds\">\n" +
           interval_table(of, shortened(seconds, table_intervals)) + "</div>\n</details>\n";
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
