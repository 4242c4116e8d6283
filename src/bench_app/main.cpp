#include "pulsar/bench/load.hpp"
#include "pulsar/bench_app/descriptor_limit.hpp"
#include "pulsar/bench_app/invocation.hpp"
#include "pulsar/bench_app/progress_display.hpp"
#include "pulsar/cli/text.hpp"
#include "pulsar/cli/usage_error.hpp"
#include "pulsar/report/compare.hpp"
#include "pulsar/report/json.hpp"
#include "pulsar/report/page.hpp"
#include "pulsar/report/result_file.hpp"
#include "pulsar/report/text.hpp"
#include "pulsar/system/signals.hpp"
#include "pulsar/system/standard_descriptors.hpp"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <exception>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>

namespace {

namespace bench = pulsar::bench;
namespace bench_app = pulsar::bench_app;
namespace report = pulsar::report;

constexpr int all_echoed = 0;
constexpr int failed = 1;
constexpr int bad_usage = 2;

int complain(const std::string& what, int status) {
    std::fprintf(stderr, "pulsar-bench: %s\n", what.c_str());
    return status;
}

int print(const std::string& text) {
    const bool written =
        std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
    return written ? all_echoed : complain("cannot write to standard output", failed);
}

/// The file of --html. Opened before the run, so that a mistake in its name does not cost one.
class page {
  public:
    explicit page(const std::string& path) : path_(path), out_(path, std::ios::app) { check(); }

    void write(const std::string& text) {
        out_ = std::ofstream(path_, std::ios::trunc);
        out_ << text << std::flush;
        check();
    }

  private:
    void check() const {
        if (out_) return;
        const std::error_code why(errno, std::generic_category());
        throw std::runtime_error(pulsar::cli::escaped(path_) + ": " + why.message());
    }

    std::string path_;
    std::ofstream out_;
};

/// A line for each kind of failure.
void report_failures(const bench::result& result) {
    for (std::size_t i = 0; i < result.failures.size(); ++i) {
        const auto& [connections, first] = result.failures[i];
        if (connections == 0) continue;
        auto line = std::to_string(connections).append(" x ").append(bench::failure_names[i]);
        complain(line.append(", the first: ").append(first), failed);
    }
}

/// Whether it says more than the lines of its failures.
bool has_news(const bench::result& result) {
    return result.frames > 0 || result.heartbeats > 0 || result.failed_connections() == 0 ||
           (result.reconnect && result.reconnect->total_disconnects() > 0);
}

int run(const bench_app::invocation& asked) {
    bench_app::fit_descriptor_limit(asked.run);
    std::optional<page> html;
    if (asked.html_file) html.emplace(*asked.html_file);

    const auto result = [&] {
        const bench_app::progress_display display;
        return bench::run_load(
            asked.run, [&](const bench::progress& now) { display.show(asked.run.mode, now); });
    }();

    report_failures(result);
    const auto json = report::to_json(result);
    int status = all_echoed;
    if (asked.json) {
        status = print(json + '\n');
    } else if (has_news(result)) {
        status = print(report::to_text(result));
    }
    if (html) html->write(report::to_page(result, json));  // last: it may throw
    if (result.failed_connections() > 0 || result.lost_frames > 0) return failed;
    if (result.ended_by_silence) {
        return complain("ended after 5 s without an echo, before all frames were sent", failed);
    }
    return status;
}

int compare(const bench_app::invocation& asked) {
    const auto& a = asked.files.front();
    const auto& b = asked.files.back();
    try {
        return print(report::compare(a, report::read_result(a), b, report::read_result(b)));
    } catch (const std::runtime_error& error) {
        return complain(error.what(), bad_usage);
    }
}

}  // namespace

int main(int argc, char** argv) {
    using enum bench_app::invocation::action;
    pulsar::system::open_standard_descriptors();
    pulsar::system::reset_signals();
    std::signal(SIGPIPE, SIG_IGN);
    try {
        const auto asked = bench_app::parse(argc, argv);
        if (asked.wanted == print) return ::print(asked.text);
        if (asked.wanted == merge) return complain("merge: not available", failed);
        return asked.wanted == compare ? ::compare(asked) : ::run(asked);
    } catch (const pulsar::cli::usage_error& error) {
        return complain(error.what(), bad_usage);
    } catch (const std::exception& error) {
        return complain(error.what(), failed);
    }
}
