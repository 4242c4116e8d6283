#include "pulsar/bench/load.hpp"
#include "pulsar/bench_app/descriptor_limit.hpp"
#include "pulsar/bench_app/failures.hpp"
#include "pulsar/bench_app/invocation.hpp"
#include "pulsar/bench_app/progress_display.hpp"
#include "pulsar/bench_app/result_output.hpp"
#include "pulsar/cli/usage_error.hpp"
#include "pulsar/report/compare.hpp"
#include "pulsar/report/merge.hpp"
#include "pulsar/report/result_file.hpp"
#include "pulsar/system/signals.hpp"
#include "pulsar/system/standard_descriptors.hpp"

#include <csignal>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

namespace bench = pulsar::bench;
namespace bench_app = pulsar::bench_app;
namespace report = pulsar::report;

enum status : int { all_echoed = 0, failed = 1, bad_usage = 2, condition_held = 3 };

void complain(const std::string& what) {
    std::fprintf(stderr, "pulsar-bench: %s\n", what.c_str());
}

/// Whether there was any.
bool complain_of(const std::vector<std::string>& all) {
    for (const auto& each : all)
        complain(each);
    return !all.empty();
}

/// Whether one of --fail-if held. Each that did is named.
bool any_holds(const bench_app::invocation& asked, const auto&... results) {
    std::vector<std::string> findings;
    for (const auto& condition : asked.conditions) {
        if (const auto finding = condition.finding(results...)) {
            findings.push_back("--fail-if " + *finding);
        }
    }
    return complain_of(findings);
}

status conclude(const bench_app::invocation& asked, const bench::result& result,
                bench_app::result_output& output) {
    const bool echoed = !complain_of(bench_app::failures_of(result));
    const bool written = !complain_of(output.write(result));
    if (any_holds(asked, result)) return condition_held;
    return echoed && written ? all_echoed : failed;
}

status run(const bench_app::invocation& asked) {
    bench_app::fit_descriptor_limit(asked.run);
    bench_app::result_output output(asked);
    const auto result = [&] {
        const bench_app::progress_display display;
        return bench::run_load(
            asked.run, [&](const bench::progress& now) { display.show(asked.run.mode, now); });
    }();
    return conclude(asked, result, output);
}

/// A file that holds no result, or none that fits, is bad usage.
auto as_usage(const auto& step) {
    try {
        return step();
    } catch (const std::runtime_error& error) {
        throw pulsar::cli::usage_error(error.what());
    }
}

std::vector<report::named_result> read_results(const bench_app::invocation& asked) {
    std::vector<report::named_result> results;
    results.reserve(asked.files.size());
    for (const auto& file : asked.files)
        results.push_back({file, report::read_result(file)});
    return results;
}

status compare(const bench_app::invocation& asked) {
    const auto results = as_usage([&] { return read_results(asked); });
    const auto& [name_a, a] = results.front();
    const auto& [name_b, b] = results.back();
    bench_app::write_standard_output(report::compare(name_a, a, name_b, b));
    return any_holds(asked, a, b) ? condition_held : all_echoed;
}

status merge(const bench_app::invocation& asked) {
    const auto merged = as_usage([&] { return report::merge(read_results(asked)); });
    bench_app::result_output output(asked);
    return conclude(asked, merged, output);
}

status print(const bench_app::invocation& asked) {
    bench_app::write_standard_output(asked.text);
    return all_echoed;
}

status carry_out(const bench_app::invocation& asked) {
    using enum bench_app::invocation::action;
    switch (asked.wanted) {
        case print:
            return ::print(asked);
        case compare:
            return ::compare(asked);
        case merge:
            return ::merge(asked);
        case run:
            break;
    }
    return ::run(asked);
}

}  // namespace

int main(int argc, char** argv) {
    // A result for a closed standard output is one that cannot be written.
    pulsar::system::reserve_standard_descriptors();
    pulsar::system::reset_signals();
    std::signal(SIGPIPE, SIG_IGN);
    try {
        return carry_out(bench_app::parse(argc, argv));
    } catch (const pulsar::cli::usage_error& error) {
        complain(error.what());
        return bad_usage;
    } catch (const std::exception& error) {
        complain(error.what());
        return failed;
    }
}
