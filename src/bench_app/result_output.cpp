#include "pulsar/bench_app/result_output.hpp"

#include "pulsar/report/hdr.hpp"
#include "pulsar/report/json.hpp"
#include "pulsar/report/page.hpp"
#include "pulsar/report/text.hpp"

#include <cerrno>
#include <cstdio>
#include <stdexcept>
#include <system_error>

namespace pulsar::bench_app {
namespace {

/// Whether it says more than the lines of its failures.
bool has_news(const bench::result& measured) {
    return measured.frames > 0 || measured.heartbeats > 0 || measured.failed_connections() == 0 ||
           (measured.reconnect && measured.reconnect->total_disconnects() > 0);
}

}  // namespace

void write_standard_output(const std::string& text) {
    if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size() &&
        std::fflush(stdout) == 0) {
        return;
    }
    throw std::runtime_error("cannot write to standard output: " +
                             std::error_code(errno, std::generic_category()).message());
}

result_output::result_output(const invocation& asked) : json_(asked.json) {
    if (asked.html_file) html_.emplace(*asked.html_file);
    if (asked.hdr_file) hdr_.emplace(*asked.hdr_file);
}

std::vector<std::string> result_output::write(const bench::result& measured) {
    std::vector<std::string> complaints;
    const auto attempt = [&](const auto& step) {
        try {
            step();
        } catch (const std::runtime_error& error) {
            complaints.emplace_back(error.what());
        }
    };
    const auto json = json_ || html_ ? report::to_json(measured) : std::string();
    attempt([&] {
        if (json_) {
            write_standard_output(json + '\n');
        } else if (has_news(measured)) {
            write_standard_output(report::to_text(measured));
        }
    });
    if (html_) attempt([&] { html_->write(report::to_page(measured, json)); });
    if (hdr_) attempt([&] { hdr_->write(report::to_hdr(measured)); });
    return complaints;
}

}  // namespace pulsar::bench_app
