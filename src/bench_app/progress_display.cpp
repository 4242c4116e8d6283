#include "pulsar/bench_app/progress_display.hpp"

#include "pulsar/report/format.hpp"
#include "pulsar/system/terminal.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>
#include <string_view>
#include <unistd.h>
#include <vector>

namespace pulsar::bench_app {

namespace {

constexpr std::size_t bar_columns = 20;
constexpr auto clear_line = "\r\x1b[K";

/// From 0 to 1.
double done(const bench::progress& now) {
    const auto part = [](auto count, auto total) {
        return total > 0 ? static_cast<double>(count) / static_cast<double>(total) : 0;
    };
    if (now.at == bench::stage::connecting) return part(now.connected, now.connections);
    if (now.total_s) return part(now.elapsed_s, *now.total_s);
    return part(now.frames, now.total_frames.value_or(0));
}

std::string bar(double part) {
    const auto full = static_cast<std::size_t>(std::clamp(part, 0.0, 1.0) * bar_columns);
    return fmt::format("[{:.<{}}] ", std::string(full, '#'), bar_columns);
}

std::string left(const bench::progress& now) {
    if (now.total_s)
        return report::grouped(std::max(0.0, *now.total_s - now.elapsed_s), 0) + " s left";
    return report::grouped(now.total_frames.value_or(0) - now.frames) + " frames left";
}

struct part {
    int rank;  ///< those of a higher one go first where there is no room
    std::string text;
};

std::vector<part> parts_of(bench::mode what, const bench::progress& now) {
    std::vector<part> parts{{4, bar(done(now))}};
    if (now.at == bench::stage::connecting) {
        parts.push_back({0, fmt::format("connecting, {} of {}", report::grouped(now.connected),
                                        report::grouped(now.connections))});
    } else {
        parts.push_back({0, left(now)});
        if (now.at == bench::stage::warming_up) {
            parts.push_back({2, ", warming up"});
        } else if (what == bench::mode::idle) {
            parts.push_back({2, ", " + report::grouped(now.heartbeats) + " heartbeats"});
        } else {
            if (now.frames_per_s)
                parts.push_back({2, ", " + report::grouped(*now.frames_per_s, 0) + " frames/s"});
            if (now.p99_us)
                parts.push_back({3, ", p99 " + report::grouped(*now.p99_us / 1'000, 3) + " ms"});
        }
    }
    parts.push_back({1, ", " + report::grouped(now.failed_connections) + " errors"});
    return parts;
}

}  // namespace

std::string progress_line(bench::mode what, const bench::progress& now, std::size_t columns) {
    auto parts = parts_of(what, now);
    const auto line = [&] {
        std::string all;
        for (const auto& each : parts)
            all += each.text;
        return all;
    };
    while (parts.size() > 1 && line().size() > columns)
        parts.erase(std::ranges::max_element(parts, {}, &part::rank));
    auto text = line();
    if (text.size() <= columns) return text;
    const auto end = text.rfind(' ', columns);  // a word is whole, or not there
    return text.substr(0, end == std::string::npos ? 0 : end);
}

progress_display::progress_display() {
    const char* const name = std::getenv("TERM");  // NOLINT(concurrency-mt-unsafe): no thread yet
    const std::string_view terminal = name == nullptr ? "" : name;
    shown_ = ::isatty(STDERR_FILENO) == 1 && !terminal.empty() && terminal != "dumb";
}

progress_display::~progress_display() {
    if (shown_) std::fputs(clear_line, stderr);
}

void progress_display::show(bench::mode what, const bench::progress& now) const {
    if (!shown_) return;
    // A line that fills the last column makes some terminals begin another one.
    const auto columns = system::terminal_columns(STDERR_FILENO).value_or(80) - 1;
    std::fputs((clear_line + progress_line(what, now, columns)).c_str(), stderr);
}

}  // namespace pulsar::bench_app
