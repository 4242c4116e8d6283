#include "pulsar/bench_app/failures.hpp"

#include "pulsar/report/format.hpp"

#include <fmt/format.h>

namespace pulsar::bench_app {

std::vector<std::string> failures_of(const bench::result& measured) {
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < measured.failures.size(); ++i) {
        const auto& [connections, first] = measured.failures[i];
        if (connections == 0) continue;
        auto& line =
            lines.emplace_back(fmt::format("{} x {}", connections, bench::failure_names[i]));
        if (!first.empty()) line += ", the first: " + first;  // a result file has no words of it
    }
    if (lines.empty() && measured.lost_frames > 0) {
        lines.push_back(report::counted(measured.lost_frames, "lost frame"));
    }
    if (lines.empty() && measured.ended_by_silence) {
        lines.emplace_back("ended after 5 s without an echo, before all frames were sent");
    }
    return lines;
}

}  // namespace pulsar::bench_app
