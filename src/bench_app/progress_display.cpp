#include "pulsar/bench_app/progress_display.hpp"

#include "pulsar/report/format.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <unistd.h>

namespace pulsar::bench_app {

namespace {

constexpr std::size_t columns = 79;
constexpr std::size_t bar_columns = 20;
constexpr auto clear_line = "\r\x1b[K";

double done(const bench::progress& now) {
    if (now.total_s) return now.elapsed_s / *now.total_s;
    const auto total = static_cast<double>(now.total_frames.value_or(0));
    return total > 0 ? static_cast<double>(now.frames) / total : 0;
}

std::string progress_bar(double part) {
    const auto full = static_cast<std::size_t>(std::clamp(part, 0.0, 1.0) * bar_columns);
    return '[' + std::string(full, '#') + std::string(bar_columns - full, '.') + ']';
}

std::string left(const bench::progress& now) {
    if (now.total_s)
        return report::grouped(std::max(0.0, *now.total_s - now.elapsed_s), 0) + " s left";
    return report::grouped(now.total_frames.value_or(0) - now.frames) + " frames left";
}

}  // namespace

std::string progress_line(bench::mode what, const bench::progress& now) {
    auto line = progress_bar(done(now)) + ' ' + left(now);
    if (now.at == bench::phase::connecting) {
        line += ", connecting, " + report::grouped(now.connected) + " of " +
                report::grouped(now.connections);
    } else if (now.at == bench::phase::warming_up) {
        line += ", warming up";
    } else if (what == bench::mode::idle) {
        line += ", " + report::grouped(now.heartbeats) + " heartbeats";
    } else {
        const auto p99 = std::chrono::nanoseconds(std::llround(now.last.p99_us * 1'000));
        line += ", " + report::grouped(now.last.frames) + " frames/s, p99 " +
                report::milliseconds_text(p99) + " ms";
    }
    line += ", " + report::grouped(now.failed_connections) + " errors";
    return line.substr(0, columns);
}

progress_display::progress_display() : terminal_(::isatty(STDERR_FILENO) == 1) {}

progress_display::~progress_display() {
    if (terminal_) std::fputs(clear_line, stderr);
}

void progress_display::show(bench::mode what, const bench::progress& now) const {
    if (!terminal_) return;
    std::fputs((clear_line + progress_line(what, now)).c_str(), stderr);
}

}  // namespace pulsar::bench_app
