// What Prometheus and its client for Python make of /metrics.

#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/expect_echo.hpp"
#include "support/frames.hpp"
#include "support/http.hpp"
#include "support/json.hpp"
#include "support/process.hpp"
#include "support/skip_without.hpp"
#include "support/temp_dir.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace pulsar::test::metrics_test {
namespace {

class MetricsReadBy : public testing::Test {
  protected:
    /// Of a daemon that has something to tell.
    std::string scrape() {
        daemon pulsar({"--admin", "127.0.0.1:0", "--max-connections", "2"});
        auto first = served(pulsar.address());
        auto second = served(pulsar.address());
        client refused(pulsar.address());
        refused.receive_until_closed();
        second.send_all("GET / HTTP/1.1\r\n\r\n");
        second.receive_until_eof();
        second.close();
        pulsar.wait_for("connection", "closed");
        const auto response = http_get(pulsar.admin_address(), "/metrics");
        EXPECT_EQ(response.fields.at("content-type"), "text/plain; version=0.0.4; charset=utf-8");
        listener_ = pulsar.address();
        first.close();
        pulsar.expect_orderly_exit();
        return response.body;
    }

    std::string listener_;
    const temp_dir dir_;
};

/// Runs a command with a file as its standard input.
launch with_input(const std::string& file, std::vector<std::string> command) {
    launch how;
    how.command = {"sh", "-c", "exec \"$@\" <\"$0\"", file};
    how.command.insert(how.command.end(), command.begin(), command.end());
    return how;
}

TEST_F(MetricsReadBy, PromtoolLeaveItNothingToSay) {
    if (run({.command = {"promtool", "--version"}}).how != exited(0)) {
        return skip_without("promtool (package prometheus)");
    }
    const auto file = dir_ / "metrics";
    write_file(file, scrape());
    const auto checked = run(with_input(file, {"promtool", "check", "metrics"}));
    EXPECT_EQ(checked.how, exited(0));
    EXPECT_EQ(checked.out, "");
    EXPECT_EQ(checked.err, "");
}

TEST_F(MetricsReadBy, PythonHaveTheRightValues) {
    const std::string python = "/usr/bin/python3";
    if (run({.command = {python, "-c", "import prometheus_client"}}).how != exited(0)) {
        return skip_without("prometheus_client (package python3-prometheus-client)");
    }
    const auto file = dir_ / "metrics";
    write_file(file, scrape());
    const auto* const program =
        "import sys, json\n"
        "from prometheus_client.parser import text_fd_to_metric_families as parse\n"
        "print(json.dumps([[s.name, s.labels, s.value] for f in parse(sys.stdin)"
        " for s in f.samples]))\n";
    const auto parsed = run(with_input(file, {python, "-c", program}));
    ASSERT_EQ(parsed.how, exited(0)) << parsed.err;
    const auto samples = boost::json::parse(parsed.out).as_array();
    const auto value = [&](const std::string& name, const boost::json::object& labels) {
        for (const auto& sample : samples)
            if (sample.at(0).as_string() == name && sample.at(1).as_object() == labels)
                return sample.at(2).to_number<double>();
        ADD_FAILURE() << name << " with " << labels;
        return -1.0;
    };
    EXPECT_EQ(value("pulsar_connections", {{"listener", listener_}}), 1);
    EXPECT_EQ(value("pulsar_connections_opened_total", {{"listener", listener_}}), 2);
    EXPECT_EQ(value("pulsar_max_connections", {}), 2);
    EXPECT_EQ(value("pulsar_connections_refused_total", {{"reason", "max_connections"}}), 1);
    EXPECT_EQ(value("pulsar_connections_refused_total", {{"reason", "out_of_memory"}}), 0);
    EXPECT_EQ(value("pulsar_connections_closed_total", {{"reason", "frame_too_large"}}), 1);
    EXPECT_EQ(value("pulsar_connections_closed_total", {{"reason", "peer_closed"}}), 0);
    EXPECT_EQ(value("pulsar_connection_duration_seconds_count", {}), 1);
    EXPECT_EQ(value("pulsar_connection_duration_seconds_bucket", {{"le", "+Inf"}}), 1);
    EXPECT_EQ(value("pulsar_frames_total", {}), 2);
    EXPECT_EQ(value("pulsar_received_bytes_total", {}), 22);
    EXPECT_EQ(value("pulsar_sent_bytes_total", {}), 18);
    EXPECT_EQ(value("pulsar_heartbeats_total", {}), 0);
    EXPECT_EQ(value("pulsar_log_dropped_total", {}), 0);
    EXPECT_EQ(value("pulsar_draining", {}), 0);
    EXPECT_GT(value("process_cpu_seconds_total", {}), 0);
    EXPECT_GT(value("process_open_fds", {}), 8);
    EXPECT_GT(value("process_virtual_memory_bytes", {}),
              value("process_resident_memory_bytes", {}));
    const std::chrono::duration<double> now = std::chrono::system_clock::now().time_since_epoch();
    EXPECT_NEAR(value("process_start_time_seconds", {}), now.count(), 60);
}

}  // namespace
}  // namespace pulsar::test::metrics_test
