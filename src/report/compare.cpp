#include "pulsar/report/compare.hpp"

#include "layout.hpp"
#include "metrics.hpp"
#include "parameters.hpp"
#include "pulsar/report/format.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>
#include <vector>

namespace pulsar::report {
namespace {

constexpr std::size_t longest_name = 24;
constexpr std::size_t longest_parameter = 27;

std::string value_text(const measure& number, int decimals) {
    return number ? bounded(*number, decimals) : "-";
}

std::string ratio_text(const measure& a, const measure& b) {
    if (!a || !b || *a == 0) return "-";
    return bounded(*b / *a, 2) + 'x';
}

/// The table, as it grows from the top.
class comparison {
  public:
    comparison(const std::string& name_a, const bench::result& a, const std::string& name_b,
               const bench::result& b)
        : a_(a), b_(b) {
        rows_.push_back({"", "A: " + fitted(name_a, longest_name),
                         "B: " + fitted(name_b, longest_name), "B/A"});
    }

    /// What comes next has an empty line and the title above it, if anything comes.
    void next_group(const std::string& title = "") {
        heading_ = {{}};
        if (!title.empty()) heading_.push_back({title});
    }

    void add_if_different(const parameter& of) {
        const auto a = of.text_of(a_);
        const auto b = of.text_of(b_);
        if (a == b) return;
        differing_.emplace_back(of.name);
        add({"* " + differing_.back(), fitted(a, longest_parameter), fitted(b, longest_parameter)});
    }

    /// A row if one of them has it.
    void measured(const std::string& name, int decimals, auto of) {
        const measure a = of(a_);
        const measure b = of(b_);
        if (!a && !b) return;
        add({name, value_text(a, decimals), value_text(b, decimals), ratio_text(a, b)});
    }

    void measured(const std::string& name, int decimals, const metric& of) {
        measured(name, decimals, [&](const bench::result& run) { return of.shown(run); });
    }

    void counted(const std::string& name, auto of) {
        measured(name, 0, [&](const bench::result& run) { return static_cast<double>(of(run)); });
    }

    void counted_if_any(const std::string& name, auto of) {
        if (of(a_) > 0 || of(b_) > 0) counted(name, of);
    }

    std::string text() const {
        auto table = aligned("lrrr", rows_);
        if (differing_.empty()) return table;
        auto items = differing_;
        items.front().insert(0, "* the runs differ in: ");
        return table + '\n' + listed(items);
    }

  private:
    void add(table_row row) {
        std::ranges::move(heading_, std::back_inserter(rows_));
        heading_.clear();
        rows_.push_back(std::move(row));
    }

    const bench::result& a_;
    const bench::result& b_;
    std::vector<table_row> rows_;
    std::vector<table_row> heading_;
    std::vector<std::string> differing_;
};

/// Whether one run was cut short or was asked for another duration. With an equal number of frames
/// the duration is what was measured.
bool durations_differ(const bench::result& a, const bench::result& b) {
    const auto longer = std::max(a.duration_s, b.duration_s);
    return a.frames != b.frames && std::abs(a.duration_s - b.duration_s) > longer / 100;
}

void add_parameters(comparison& table, const bench::result& a, const bench::result& b) {
    table.next_group();
    for (const auto& each : parameters)
        table.add_if_different(each);
    if (durations_differ(a, b)) {
        table.add_if_different(
            {"duration", [](const bench::result& run) { return duration_text(run.duration_s); }});
    }
}

void add_throughput(comparison& table, bool churn) {
    table.next_group();
    table.measured(churn ? "connections/s" : "frames/s", 1, metric_named("frames/s"));
    table.measured("MiB/s", 3, metric_named("MiB/s"));
}

void add_latency(comparison& table) {
    table.next_group("latency, ms");
    for (const auto& each : latency_metrics)
        table.measured("  " + std::string(each.name), 3, each);
}

void add_events(comparison& table) {
    using bench::result;
    table.next_group();
    table.counted("heartbeats", [](const result& run) { return run.heartbeats; });
    table.counted("errors", [](const result& run) { return run.failed_connections(); });
    for (std::size_t i = 0; i < bench::failure_names.size(); ++i) {
        table.counted_if_any("  " + std::string(bench::failure_names.at(i)),
                             [i](const result& run) { return run.failures.at(i).connections; });
    }
    table.counted_if_any("lost frames", [](const result& run) { return run.lost_frames; });
    table.counted_if_any("unsent frames", [](const result& run) { return run.unsent_frames; });
}

void add_interruptions(comparison& table) {
    using bench::interruptions;
    const auto row = [&](const std::string& name, int decimals, auto pick) {
        table.measured(name, decimals,
                       [&](const bench::result& run) { return with_reconnect(run, pick); });
    };
    table.next_group();
    row("disconnects", 0, [](const interruptions& were) { return were.total_disconnects(); });
    row("resent frames", 0, [](const interruptions& were) { return were.resent_frames; });
    row("outages", 0, [](const interruptions& were) { return were.outages; });
    row("  the longest, s", 3, [](const interruptions& were) { return were.longest_outage_s; });
    row("  all together, s", 3, [](const interruptions& were) { return were.outage_s; });
}

std::string generator_limits(const bench::result& a, const bench::result& b) {
    const bool both = a.generator_limited() && b.generator_limited();
    if (!a.generator_limited() && !b.generator_limited()) return {};
    return std::string("\n* the generator was the limit of ") +
           (both                    ? "both"
            : a.generator_limited() ? "A"
                                    : "B") +
           '\n';
}

}  // namespace

std::string compare(const std::string& name_a, const bench::result& a, const std::string& name_b,
                    const bench::result& b) {
    comparison table(name_a, a, name_b, b);
    add_parameters(table, a, b);
    add_throughput(table, a.mode == bench::mode::churn && b.mode == bench::mode::churn);
    add_latency(table);
    add_events(table);
    add_interruptions(table);
    return table.text() + generator_limits(a, b);
}

}  // namespace pulsar::report
