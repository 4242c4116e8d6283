#include "page_tables.hpp"

#include "html_table.hpp"
#include "html_text.hpp"
#include "metrics.hpp"
#include "parameters.hpp"
#include "pulsar/report/format.hpp"

#include <algorithm>

namespace pulsar::report {
namespace {

std::string small(const std::string& words) {
    return " <small>" + words + "</small>";
}

std::string seconds_cell(double value) {
    return rounded_text(value) + small("s");
}

std::string amount_or_none(double value) {
    return value > 0 ? amount_text(value, 3) : "none";
}

html_row extreme_row(const char* name, const std::string& value, const interval& of, double run) {
    return {name + small("at " + time_text(of.from_s, run)), value};
}

std::string percent_text(double share) {
    return amount_text(share * 100, 0) + small("%");
}

void add_generator(std::vector<html_row>& rows, const bench::result& of) {
    if (of.busiest_thread > 0)
        rows.push_back({"busiest thread" + small("of a CPU"), percent_text(of.busiest_thread)});
    if (of.send_lag) {
        rows.push_back(
            {"frames sent late, p99", amount_text(of.send_lag->p99_us / 1000, 3) + small("ms")});
    }
}

void add_interruptions(std::vector<html_row>& rows, const bench::result& of) {
    const auto& was = *of.reconnect;
    rows.push_back({"disconnects", grouped(was.total_disconnects())});
    for (std::size_t i = 0; i < was.disconnects.size(); ++i) {
        if (was.disconnects.at(i) == 0) continue;
        rows.push_back({"disconnects, " + std::string(bench::failure_names.at(i)),
                        grouped(was.disconnects.at(i))});
    }
    if (of.mode != bench::mode::idle)
        rows.push_back({"frames sent again", grouped(was.resent_frames)});
    rows.push_back({"outages", grouped(was.outages)});
    rows.push_back({"the longest", seconds_cell(was.longest_outage_s)});
    rows.push_back({"all together", seconds_cell(was.outage_s)});
}

}  // namespace

std::string parameter_table(const bench::result& of) {
    std::vector<html_row> rows{{"address", address_text(of.address)},
                               {"mode", std::string(to_string(of.mode))},
                               {"connections", grouped(of.connections)}};
    if (!of.sources.empty()) rows.push_back({"connected from", address_text(sources_text(of))});
    if (of.proxy_protocol)
        rows.push_back({"PROXY protocol", std::string(to_string(*of.proxy_protocol))});
    if (of.mode == bench::mode::echo)
        rows.push_back({"frames in flight on each", grouped(of.pipeline)});
    if (of.mode == bench::mode::halfclose) rows.push_back({"frames on each", grouped(of.pipeline)});
    if (of.framing == bench::framing::none)
        rows.push_back({"framing", std::string(to_string(of.framing))});
    if (of.mode != bench::mode::idle) {
        rows.push_back({"frame size", to_string(of.frame_size)});
        rows.push_back({"rate", of.rate ? grouped(*of.rate) + small("frames/s") : "no limit"});
    }
    rows.push_back({"threads", grouped(of.threads)});
    if (of.ramp_s > 0) rows.push_back({"ramp, not measured", seconds_cell(of.ramp_s)});
    rows.push_back({"warm-up, not measured", seconds_cell(of.warmup_s)});
    rows.push_back({"measured", seconds_cell(of.duration_s)});
    return html_table("Parameters", rows);
}

std::string count_table(const bench::result& of) {
    std::vector<html_row> rows;
    if (of.mode != bench::mode::idle) {
        const double mib = static_cast<double>(of.payload_bytes) / (1 << 20);
        rows.push_back({"frames echoed", grouped(of.frames)});
        rows.push_back({"payload, one way", rounded_text(mib) + small("MiB")});
        rows.push_back({"frames lost", grouped(of.lost_frames)});
        rows.push_back({"frames due and not sent", grouped(of.unsent_frames)});
    }
    rows.push_back({"heartbeats", grouped(of.heartbeats)});
    rows.push_back({"connections failed", grouped(of.failed_connections())});
    if (of.reconnect) add_interruptions(rows, of);
    add_generator(rows, of);
    return html_table("Counts", rows);
}

std::string error_table(const bench::result& of) {
    std::vector<std::string> headings{"error", "connections", "the first of them"};
    std::vector<std::vector<std::string>> rows;
    bool has_words = false;
    for (std::size_t i = 0; i < of.failures.size(); ++i) {
        const auto& [connections, first] = of.failures.at(i);
        if (connections == 0) continue;
        rows.push_back(
            {std::string(bench::failure_names.at(i)), grouped(connections), html_text(first)});
        has_words = has_words || !first.empty();
    }
    if (rows.empty()) return {};
    if (!has_words) {  // they are in no file, and so not in a merged result
        headings.pop_back();
        for (auto& row : rows)
            row.pop_back();
    }
    return html_grid("Connections by what went wrong first", headings, rows);
}

std::string latency_table(const bench::result& of) {
    std::vector<html_row> rows;
    rows.reserve(latency_metrics.size());
    for (const auto& each : latency_metrics)
        rows.push_back({std::string(each.name), grouped(*each.shown(of), 3) + small("ms")});
    return html_table("Latency", rows);
}

std::string outage_table(const bench::result& of, const std::vector<interval>& run) {
    const double end = run.back().to_s;
    const auto& away = *std::ranges::max_element(run, {}, &interval::away);
    const auto& ended = *std::ranges::max_element(run, {}, &interval::disconnects);
    return html_table("Outages",
                      {{"number", grouped(of.reconnect->outages)},
                       {"the longest", seconds_cell(of.reconnect->longest_outage_s)},
                       extreme_row("most connections", rounded_text(away.away), away, end),
                       extreme_row("most disconnects", grouped(ended.disconnects), ended, end)});
}

std::string throughput_table(const bench::result& of, const std::vector<interval>& run) {
    const double end = run.back().to_s;
    const auto& lowest = *std::ranges::min_element(run, {}, &interval::lowest);
    const auto& highest = *std::ranges::max_element(run, {}, &interval::highest);
    return html_table("Frames a second",
                      {{"mean", amount_text(of.frames_per_s(), 0)},
                       extreme_row("highest", amount_text(highest.highest, 0), highest, end),
                       extreme_row("lowest", amount_text(lowest.lowest, 0), lowest, end)});
}

std::string slowest_table(const std::vector<interval>& run) {
    const double end = run.back().to_s;
    const auto& p50 = *std::ranges::max_element(run, {}, &interval::p50_ms);
    const auto& p99 = *std::ranges::max_element(run, {}, &interval::p99_ms);
    return html_table("Slowest second",
                      {extreme_row("p50", amount_or_none(p50.p50_ms) + small("ms"), p50, end),
                       extreme_row("p99", amount_or_none(p99.p99_ms) + small("ms"), p99, end)});
}

std::string interval_table(const bench::result& of, const std::vector<interval>& run) {
    const bool echoes = of.mode != bench::mode::idle;
    std::vector<std::string> headings{"from"};
    if (echoes) headings.insert(headings.end(), {"frames/s", "lowest", "p50, ms", "p99, ms"});
    if (of.reconnect) headings.insert(headings.end(), {"disconnects", "outages, s"});
    std::vector<std::vector<std::string>> rows;
    rows.reserve(run.size());
    for (const auto& one : run) {
        auto& row = rows.emplace_back();
        row.push_back(time_text(one.from_s, run.back().to_s));
        if (echoes) {
            row.insert(row.end(), {amount_text(one.frames_per_s, 0), amount_text(one.lowest, 0),
                                   amount_or_none(one.p50_ms), amount_or_none(one.p99_ms)});
        }
        if (of.reconnect) {
            row.push_back(one.disconnects > 0 ? grouped(one.disconnects) : "none");
            row.push_back(amount_or_none(one.outage_s));
        }
    }
    return html_grid("By time", headings, rows);
}

}  // namespace pulsar::report
