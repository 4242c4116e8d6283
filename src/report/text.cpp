#include "pulsar/report/text.hpp"

#include "latency_bars.hpp"
#include "layout.hpp"
#include "metrics.hpp"
#include "parameters.hpp"
#include "pulsar/report/format.hpp"

#include <algorithm>
#include <iterator>

namespace pulsar::report {
namespace {

constexpr std::size_t longest_address = 50;

/// `10 s`, `1.5 s`, `13.118 ms`.
std::string seconds_text(double seconds) {
    const bool short_run = seconds > 0 && seconds < 1;
    return trimmed(grouped(short_run ? seconds * 1000 : seconds, 3)) + (short_run ? " ms" : " s");
}

/// What one unit of the counts is called.
std::string frames_name(const bench::result& measured) {
    return measured.mode == bench::mode::churn ? "connections" : "frames";
}

std::string heading(const bench::result& measured) {
    std::vector<std::string> what{std::string(to_string(measured.mode)) + " on " +
                                  fitted(measured.address, longest_address)};
    what.push_back(counted(measured.connections, "connection"));
    if (!measured.sources.empty())
        what.back() += " from " + fitted(sources_text(measured), longest_address);
    if (measured.proxy_protocol)
        what.push_back("PROXY protocol " + std::string(to_string(*measured.proxy_protocol)));
    if (measured.mode != bench::mode::idle) {
        what.push_back(to_string(measured.frame_size) + " frames");
        if (measured.framing == bench::framing::none) what.emplace_back("framing none");
        if (measured.mode != bench::mode::churn) {
            what.push_back("pipeline " + grouped(std::uint64_t{measured.pipeline}));
        }
        if (measured.rate) what.push_back("rate " + grouped(*measured.rate) + "/s");
    }
    what.push_back(counted(measured.threads, "thread"));
    std::string before;
    if (measured.ramp_s > 0) before = seconds_text(measured.ramp_s) + " ramp";
    if (measured.warmup_s > 0) {
        before.append(before.empty() ? "" : " and ").append(seconds_text(measured.warmup_s));
        before += " warm-up";
    }
    what.push_back(seconds_text(measured.duration_s) + (before.empty() ? "" : " after " + before));
    return listed(what);
}

/// A row for each kind of which there were some, the name of them all before the first.
class kind_rows {
  public:
    void add(std::uint64_t count, std::string_view kind) {
        if (count > 0) rows_.push_back({"", grouped(count), std::string(kind)});
    }

    void move_to(std::vector<table_row>& table, std::string_view name) {
        if (rows_.empty()) rows_.push_back({"", "0"});
        rows_.front().front() = name;
        std::ranges::move(rows_, std::back_inserter(table));
    }

  private:
    std::vector<table_row> rows_;
};

void add_errors(std::vector<table_row>& table, const bench::result& measured) {
    kind_rows kinds;
    for (std::size_t i = 0; i < bench::failure_names.size(); ++i)
        kinds.add(measured.failures.at(i).connections, bench::failure_names.at(i));
    kinds.add(measured.lost_frames, measured.lost_frames == 1 ? "lost frame" : "lost frames");
    kinds.move_to(table, "errors");
}

void add_interruptions(std::vector<table_row>& table, const bench::result& measured) {
    if (!measured.reconnect) return;
    const auto& was = *measured.reconnect;
    kind_rows kinds;
    for (std::size_t i = 0; i < bench::failure_names.size(); ++i)
        kinds.add(was.disconnects.at(i), bench::failure_names.at(i));
    kinds.move_to(table, "disconnects");
    if (measured.mode != bench::mode::idle)
        table.push_back({"resent frames", grouped(was.resent_frames)});
    table.push_back({"outages", grouped(was.outages)});
    if (was.outages == 0) return;
    table.back().push_back("the longest " + seconds_text(was.longest_outage_s) + ", all together " +
                           seconds_text(was.outage_s));
}

std::string totals(const bench::result& measured) {
    std::vector<table_row> rows;
    if (measured.mode == bench::mode::idle) {
        const auto failed = measured.failed_connections();
        const auto held = measured.connections > failed ? measured.connections - failed : 0;
        rows.push_back({"connections held", grouped(std::uint64_t{held})});
    } else {
        const auto frames = frames_name(measured);
        rows.push_back({frames, grouped(measured.frames)});
        rows.push_back({frames + "/s", bounded(measured.frames_per_s(), 1)});
        rows.push_back({"MiB/s", bounded(measured.mib_per_s(), 3), "payload, one way"});
    }
    rows.push_back({"heartbeats", grouped(measured.heartbeats)});
    add_errors(rows, measured);
    add_interruptions(rows, measured);
    if (measured.unsent_frames > 0 && measured.mode == bench::mode::echo) {
        rows.push_back({"unsent frames", grouped(measured.unsent_frames),
                        "the server (or this machine) did not keep up with --rate"});
    }
    return aligned("lrl", rows);
}

std::string latency_summary(const bench::result& measured) {
    const auto rows_of = [&](std::size_t from, std::size_t count) {
        table_row names{"latency"};
        table_row values{"ms"};
        for (const auto& each : latency_metrics.subspan(from, count)) {
            names.emplace_back(each.name);
            values.push_back(grouped(*each.shown(measured), 3));
        }
        return aligned("lrrrrrrrr", {names, values});
    };
    // Latencies of minutes, as a rate far too high makes them, take a second pair of rows.
    constexpr auto half = latency_metrics.size() / 2;
    auto text = rows_of(0, latency_metrics.size());
    const auto end_of_values = text.size() - text.find('\n') - 2;
    return end_of_values <= line_width ? text : rows_of(0, half) + rows_of(half, half);
}

/// So that nobody takes the generator's limits for the server's.
std::string generator_limit(const bench::result& measured) {
    if (!measured.generator_limited()) return {};
    std::vector<std::string> words{"the generator was the limit: its busiest thread took " +
                                   bounded(measured.busiest_thread * 100, 0) + " % of a CPU"};
    if (measured.send_lag) {
        words.push_back("frames went out late by " + grouped(measured.send_lag->p99_us / 1000, 3) +
                        " ms (p99)");
    }
    words.emplace_back("add --threads or another machine");
    return '\n' + listed(words);
}

}  // namespace

std::string to_text(const bench::result& measured) {
    auto text = heading(measured) + '\n' + totals(measured) + generator_limit(measured);
    if (measured.mode == bench::mode::idle || measured.latency.count() == 0) return text;
    return text + '\n' + latency_summary(measured) + '\n' +
           latency_bars(measured.latency, frames_name(measured));
}

}  // namespace pulsar::report
