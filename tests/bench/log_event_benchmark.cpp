#include "pulsar/log/log.hpp"
#include "pulsar/log/render.hpp"

#include <benchmark/benchmark.h>
#include <string_view>

namespace pulsar::log {
namespace {

constexpr std::string_view plain_peer = "203.0.113.7:50512";
/// An abstract name of a Unix socket may hold any bytes.
constexpr std::string_view hostile_peer = "unix:@\"a\"\n\x1b[2J\xff\\b";

/// The event's own part of a line, without time, level and module.
void log_render(benchmark::State& state, format as, std::string_view peer) {
    for (auto _ : state) {
        auto payload = render(as, "opened", {{"conn", 17u}, {"peer", peer}});
        benchmark::DoNotOptimize(payload);
    }
    state.SetItemsProcessed(state.iterations());
}

BENCHMARK_CAPTURE(log_render, text, format::text, plain_peer);
BENCHMARK_CAPTURE(log_render, json, format::json, plain_peer);
BENCHMARK_CAPTURE(log_render, text_with_escapes, format::text, hostile_peer);
BENCHMARK_CAPTURE(log_render, json_with_escapes, format::json, hostile_peer);

/// A log of the default levels, whose lines go nowhere.
class discarded_log {
  public:
    explicit discarded_log(format as) { open({.format = as, .file = "/dev/null"}); }
    ~discarded_log() { close(); }
    discarded_log(const discarded_log&) = delete;
    discarded_log& operator=(const discarded_log&) = delete;
};

/// What the thread that logs an event pays for it: the whole line, up to the writer's queue.
void log_write(benchmark::State& state, format as, level severity, bool logged) {
    const discarded_log log(as);
    if (enabled(component::connection, severity) != logged) {
        state.SkipWithError("the level is not what it is by default");
        return;
    }
    for (auto _ : state)
        write(component::connection, severity, "opened", {{"conn", 17u}, {"peer", plain_peer}});
    state.SetItemsProcessed(state.iterations());
}

BENCHMARK_CAPTURE(log_write, text, format::text, level::info, true);
BENCHMARK_CAPTURE(log_write, json, format::json, level::info, true);
BENCHMARK_CAPTURE(log_write, disabled, format::text, level::debug, false);

}  // namespace
}  // namespace pulsar::log
