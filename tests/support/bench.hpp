#pragma once

#include "support/daemon.hpp"
#include "support/deadline.hpp"
#include "support/json.hpp"
#include "support/process.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pulsar::test {

/// A run has to end within its warm-up, its duration and this.
inline constexpr std::chrono::seconds bench_grace{5};

/// Exit statuses of pulsar-bench beside 0.
inline constexpr int run_failed = 1;
inline constexpr int bad_usage = 2;
inline constexpr int condition_held = 3;

/// How to run pulsar-bench, with all these flags: the binary that PULSAR_BENCH_BINARY names (at run
/// time, else when compiled).
launch bench_with(const std::vector<std::string>& flags, const std::vector<std::string>& more = {});

/// The object that --json prints. The calls throw with all of it in the text when a key is missing
/// or of another type.
class bench_result {
  public:
    /// Throws unless `out` is one line with an object.
    explicit bench_result(std::string_view out);

    [[nodiscard]] std::int64_t count(std::string_view key) const { return number(object_, key); }
    [[nodiscard]] double real(std::string_view key) const;
    [[nodiscard]] double latency_ms(std::string_view statistic) const;
    /// Connections that failed in this way.
    [[nodiscard]] std::int64_t errors(std::string_view kind = "total") const;
    /// Of the series.
    [[nodiscard]] std::vector<std::int64_t> frames_by_second() const;
    [[nodiscard]] std::vector<double> reals_by_second(std::string_view key) const;
    [[nodiscard]] double sum_of_seconds(std::string_view key) const;
    /// Of `reconnect`, which must not be null.
    [[nodiscard]] std::int64_t disconnects(std::string_view kind = "total") const;
    [[nodiscard]] std::int64_t resent_frames() const;
    [[nodiscard]] std::int64_t outages() const;
    [[nodiscard]] double outage_s(std::string_view statistic) const;
    [[nodiscard]] const event& object() const { return object_; }

  private:
    event object_;
};

/// How a run with --json has ended.
struct bench_run {
    ending how;
    bench_result result;
    std::string err;
};

/// Runs it with `flags` and --json to its end.
bench_run run_bench(std::vector<std::string> flags, deadline limit = {});

/// Waits for the end of one that was started with --json.
bench_run finish(process& bench, deadline limit = {});

/// Runs it as run_bench() does, without a timeout of its own unless `flags` have one, and expects
/// that all was echoed: exit 0, no error counted, no frame lost, nothing on standard error.
bench_result expect_all_echoed(const std::vector<std::string>& flags, deadline limit = {});
void expect_all_echoed(const bench_run& run);

/// A flag for the daemon.
inline const std::string reports_often = "--report-interval=50ms";

/// Waits until a report of the daemon, which reports often, shows at least so much of a total.
void wait_for_total(daemon& pulsar, std::string_view total, std::int64_t at_least = 1);

/// Expects one line that begins with the program's name and holds each of `words`.
void expect_one_complaint(const std::string& err, const std::vector<std::string>& words = {});

/// Runs it with `flags` and expects that it prints such a line, and nothing else, and exits with
/// `status`.
void expect_refusal(const std::vector<std::string>& flags, int status,
                    const std::vector<std::string>& words, deadline limit = {});

}  // namespace pulsar::test
