#include "pulsar/report/compare.hpp"

#include "layout.hpp"
#include "pulsar/report/format.hpp"
#include "statistics.hpp"

#include <algorithm>
#include <cmath>

namespace pulsar::report {
namespace {

constexpr std::size_t longest_name = 24;
constexpr std::size_t longest_parameter = 27;

using measure = std::optional<double>;

std::string value_text(const measure& number, int decimals) {
    return number ? bounded(*number, decimals) : "-";
}

std::string ratio_text(const measure& a, const measure& b) {
    if (!a || !b || *a == 0) return "-";
    return bounded(*b / *a, 2) + 'x';
}

measure amount(std::uint64_t count) {
    return static_cast<double>(count);
}

/// The table, as it grows from the top.
class comparison {
  public:
    comparison(const std::string& name_a, const std::string& name_b) {
        rows_.push_back({"", "A: " + fitted(name_a, longest_name),
                         "B: " + fitted(name_b, longest_name), "B/A"});
    }

    /// A row if the two differ.
    void parameter(const std::string& name, const std::string& a, const std::string& b) {
        if (a == b) return;
        if (differing_.empty()) next_group();
        rows_.push_back({"* " + name, fitted(a, longest_parameter), fitted(b, longest_parameter)});
        differing_.push_back(name);
    }

    void next_group(const std::string& title = "") {
        rows_.emplace_back();
        if (!title.empty()) rows_.push_back({title});
    }

    void measured(const std::string& name, const measure& a, const measure& b, int decimals) {
        rows_.push_back({name, value_text(a, decimals), value_text(b, decimals), ratio_text(a, b)});
    }

    void counted(const std::string& name, std::uint64_t a, std::uint64_t b) {
        measured(name, amount(a), amount(b), 0);
    }

    void counted_if_any(const std::string& name, std::uint64_t a, std::uint64_t b) {
        if (a > 0 || b > 0) counted(name, a, b);
    }

    std::string text() const {
        auto table = aligned("lrrr", rows_);
        if (differing_.empty()) return table;
        auto items = differing_;
        items.front().insert(0, "* the runs differ in: ");
        return table + '\n' + listed(items);
    }

  private:
    std::vector<table_row> rows_;
    std::vector<std::string> differing_;
};

std::string duration_text(double seconds) {
    return bounded(seconds, 3) + " s";
}

/// Whether one run was cut short or was asked for another duration. With an equal number of frames
/// the duration is what was measured.
bool durations_differ(const bench::result& a, const bench::result& b) {
    const auto longer = std::max(a.duration_s, b.duration_s);
    return a.frames != b.frames && std::abs(a.duration_s - b.duration_s) > longer / 100;
}

void add_parameters(comparison& table, const bench::result& a, const bench::result& b) {
    const auto rate = [](const bench::result& r) {
        return r.rate ? grouped(*r.rate) + "/s" : "none";
    };
    const auto whole = [](std::uint64_t number) { return grouped(number); };
    table.parameter("address", a.address, b.address);
    table.parameter("mode", std::string(to_string(a.mode)), std::string(to_string(b.mode)));
    table.parameter("framing", std::string(to_string(a.framing)),
                    std::string(to_string(b.framing)));
    table.parameter("connections", whole(a.connections), whole(b.connections));
    table.parameter("frame size", to_string(a.frame_size), to_string(b.frame_size));
    table.parameter("pipeline", whole(a.pipeline), whole(b.pipeline));
    table.parameter("rate", rate(a), rate(b));
    const auto again = [](const bench::result& r) { return r.reconnect ? "yes" : "no"; };
    table.parameter("reconnect", again(a), again(b));
    table.parameter("threads", whole(a.threads), whole(b.threads));
    table.parameter("warm-up", duration_text(a.warmup_s), duration_text(b.warmup_s));
    if (durations_differ(a, b)) {
        table.parameter("duration", duration_text(a.duration_s), duration_text(b.duration_s));
    }
}

void add_throughput(comparison& table, const bench::result& a, const bench::result& b) {
    const auto unless_idle = [](const bench::result& r, double number) {
        return r.mode == bench::mode::idle ? measure() : number;
    };
    if (a.mode == bench::mode::idle && b.mode == bench::mode::idle) return;
    const bool churn = a.mode == bench::mode::churn && b.mode == bench::mode::churn;
    table.next_group();
    table.measured(churn ? "connections/s" : "frames/s", unless_idle(a, a.frames_per_s()),
                   unless_idle(b, b.frames_per_s()), 1);
    table.measured("MiB/s", unless_idle(a, a.mib_per_s()), unless_idle(b, b.mib_per_s()), 3);
}

void add_latency(comparison& table, const bench::result& a, const bench::result& b) {
    if (a.latency.count() == 0 && b.latency.count() == 0) return;
    table.next_group("latency, ms");
    for (const auto& [name, of] : statistics) {
        const auto shown = [&, of = of](const bench::histogram& latency) {
            if (latency.count() == 0) return measure();
            return measure(bench::to_ms(of(latency)));
        };
        table.measured("  " + std::string(name), shown(a.latency), shown(b.latency), 3);
    }
}

void add_events(comparison& table, const bench::result& a, const bench::result& b) {
    table.next_group();
    table.counted("heartbeats", a.heartbeats, b.heartbeats);
    table.counted("errors", a.failed_connections(), b.failed_connections());
    for (std::size_t i = 0; i < bench::failure_names.size(); ++i) {
        table.counted_if_any("  " + std::string(bench::failure_names.at(i)),
                             a.failures.at(i).connections, b.failures.at(i).connections);
    }
    table.counted_if_any("lost frames", a.lost_frames, b.lost_frames);
    table.counted_if_any("unsent frames", a.unsent_frames, b.unsent_frames);
}

void add_interruptions(comparison& table, const bench::result& a, const bench::result& b) {
    if (!a.reconnect && !b.reconnect) return;
    const auto row = [&](const std::string& name, auto pick, int decimals = 0) {
        const auto shown = [&](const bench::result& r) {
            return r.reconnect ? measure(static_cast<double>(pick(*r.reconnect))) : measure();
        };
        table.measured(name, shown(a), shown(b), decimals);
    };
    table.next_group();
    row("disconnects", [](const bench::interruptions& r) { return r.total_disconnects(); });
    row("resent frames", [](const bench::interruptions& r) { return r.resent_frames; });
    row("outages", [](const bench::interruptions& r) { return r.outages; });
    row(
        "  the longest, s", [](const bench::interruptions& r) { return r.longest_outage_s; }, 3);
    row(
        "  all together, s", [](const bench::interruptions& r) { return r.outage_s; }, 3);
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
    comparison table(name_a, name_b);
    add_parameters(table, a, b);
    add_throughput(table, a, b);
    add_latency(table, a, b);
    add_events(table, a, b);
    add_interruptions(table, a, b);
    return table.text() + generator_limits(a, b);
}

}  // namespace pulsar::report
