#include "pulsar/net/deadline_queue.hpp"

#include <benchmark/benchmark.h>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

namespace {

using namespace std::chrono_literals;
using pulsar::net::clock;
using pulsar::net::deadline_queue;
using pulsar::net::time_point;

constexpr clock::duration interval = 30s;

struct entry final : deadline_queue::entry {
    void on_deadline(time_point) override {}
};

/// The same in every run, in no order: clients fall silent when they like, so a new deadline may
/// belong anywhere in the queue.
std::vector<clock::duration> delays_within_interval(std::size_t count) {
    std::mt19937_64 random(20'261'122);
    std::uniform_int_distribution<clock::rep> ticks(1, interval.count());
    std::vector<clock::duration> delays(count);
    for (auto& delay : delays)
        delay = clock::duration(ticks(random));
    return delays;
}

/// One interval of as many heartbeats as there are entries: each comes up once, and is scheduled
/// anew for the next interval. An item is one of them: O(log n), and more once the entries are too
/// many for the processor's caches. The clock is a fake one.
void deadline_queue_interval(benchmark::State& state) {
    const auto count = static_cast<std::size_t>(state.range(0));
    const auto delays = delays_within_interval(count);
    deadline_queue queue;
    std::vector<entry> entries(count);
    time_point now{1000s};
    for (std::size_t i = 0; i < count; ++i)
        queue.schedule(entries[i], now + delays[i]);

    for (auto _ : state) {
        now += interval;
        std::size_t came_up = 0;
        for (const auto delay : delays) {
            auto* const due = queue.pop_due(now);
            if (due == nullptr) break;
            queue.schedule(*due, now + delay);
            ++came_up;
        }
        if (came_up != count || queue.next() <= now) {
            state.SkipWithError("an entry did not come up once in its interval");
            break;
        }
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}

BENCHMARK(deadline_queue_interval)->Arg(100)->Arg(10'000)->Arg(100'000);

}  // namespace
