#include "pulsar/admin/metrics.hpp"
#include "support/text.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <set>
#include <sstream>
#include <string>

namespace pulsar::test::admin_metrics_test {
namespace {

class Metrics : public testing::Test {
  protected:
    Metrics() {
        shown_.listeners = {&first_, &second_};
        shown_.max_connections = 77;
    }

    net::listener_record first_{"127.0.0.1:8080"};
    net::listener_record second_{"unix:a\"b\\c\nd"};
    admin::metrics shown_;
};

TEST_F(Metrics, OfEachListenerAreToldApartAndEscaped) {
    first_.opened = 5;
    first_.open = 2;
    const auto text = shown_.text();
    EXPECT_TRUE(contains(text, "\npulsar_connections{listener=\"127.0.0.1:8080\"} 2\n"));
    EXPECT_TRUE(
        contains(text, "\npulsar_connections_opened_total{listener=\"127.0.0.1:8080\"} 5\n"));
    EXPECT_TRUE(contains(text, "\npulsar_connections{listener=\"unix:a\\\"b\\\\c\\nd\"} 0\n"));
    EXPECT_TRUE(contains(text, "\npulsar_max_connections 77\n"));
}

TEST_F(Metrics, OfListenersOfOneNameAreSummed) {
    net::listener_record again("127.0.0.1:8080");
    shown_.listeners.push_back(&again);
    first_.opened = 5;
    first_.open = 2;
    again.opened = 10;
    again.open = 3;
    const auto text = shown_.text();
    const std::string series = "{listener=\"127.0.0.1:8080\"} ";
    EXPECT_TRUE(contains(text, "\npulsar_connections" + series + "5\n"));
    EXPECT_TRUE(contains(text, "\npulsar_connections_opened_total" + series + "15\n"));
    EXPECT_EQ(occurrences(text, series), 2u);
}

TEST_F(Metrics, AcceptErrorsAreSummedBySymbol) {
    first_.failures.count(EMFILE);
    first_.failures.count(ECONNABORTED);
    second_.failures.count(EMFILE, 3);
    const auto text = shown_.text();
    EXPECT_TRUE(contains(text, "\npulsar_accept_errors_total{error=\"EMFILE\"} 4\n"));
    EXPECT_TRUE(contains(text, "\npulsar_accept_errors_total{error=\"ECONNABORTED\"} 1\n"));
}

TEST_F(Metrics, RefusalsAndEndsAreToldApartByReason) {
    shown_.totals.refused = {.max_connections = 3, .out_of_memory = 4};
    shown_.lives.by_reason[static_cast<std::size_t>(net::close_reason::idle_timeout)] = 9;
    const auto text = shown_.text();
    EXPECT_TRUE(
        contains(text, "\npulsar_connections_refused_total{reason=\"max_connections\"} 3\n"));
    EXPECT_TRUE(contains(text, "\npulsar_connections_refused_total{reason=\"out_of_memory\"} 4\n"));
    EXPECT_TRUE(contains(text, "\npulsar_connections_closed_total{reason=\"idle_timeout\"} 9\n"));
    EXPECT_EQ(occurrences(text, "\npulsar_connections_closed_total{"), net::close_reason_count);
}

TEST_F(Metrics, TheHistogramAddsUp) {
    shown_.lives.by_duration = {1, 0, 2, 0, 0, 0, 0, 0, 0, 4};
    shown_.lives.seconds = 1.5;
    const auto text = shown_.text();
    const std::string name = "\npulsar_connection_duration_seconds";
    EXPECT_TRUE(contains(text, name + "_bucket{le=\"0.001\"} 1\n"));
    EXPECT_TRUE(contains(text, name + "_bucket{le=\"0.1\"} 3\n"));
    EXPECT_TRUE(contains(text, name + "_bucket{le=\"86400\"} 3\n"));
    EXPECT_TRUE(contains(text, name + "_bucket{le=\"+Inf\"} 7\n"));
    EXPECT_TRUE(contains(text, name + "_sum 1.5\n"));
    EXPECT_TRUE(contains(text, name + "_count 7\n"));
}

TEST_F(Metrics, OfTheProcessAreLeftOutWhereItCannotBeAsked) {
    EXPECT_FALSE(contains(shown_.text(), "process_"));
    shown_.of_process = admin::metrics::process{.usage = {.cpu_seconds = 0.25,
                                                          .virtual_bytes = 1,
                                                          .resident_bytes = 2,
                                                          .most_descriptors = 3,
                                                          .start_time = 1764368537.5},
                                                .open_descriptors = 4};
    const auto text = shown_.text();
    EXPECT_TRUE(contains(text, "\nprocess_cpu_seconds_total 0.25\n"));
    EXPECT_TRUE(contains(text, "\nprocess_start_time_seconds 1764368537.5\n"));
    EXPECT_TRUE(contains(text, "\nprocess_open_fds 4\n"));
}

TEST_F(Metrics, SayWhetherItDrains) {
    EXPECT_TRUE(contains(shown_.text(), "\npulsar_draining 0\n"));
    shown_.stopping = true;
    EXPECT_TRUE(contains(shown_.text(), "\npulsar_draining 1\n"));
}

TEST_F(Metrics, EachHasHelpAndTypeBeforeItsOnlyGroup) {
    shown_.of_process = admin::metrics::process{};
    std::istringstream lines(shown_.text());
    std::set<std::string> begun;
    std::string now;
    for (std::string line; std::getline(lines, line);) {
        const auto words = words_of(line);
        if (words.at(0) != "#") {
            EXPECT_TRUE(line.starts_with(now)) << line;
        } else if (words.at(1) == "HELP") {
            now = words.at(2);
            EXPECT_TRUE(begun.insert(now).second) << line;
        } else {
            EXPECT_EQ(words.at(2), now) << line;
        }
    }
    EXPECT_EQ(begun.size(), 20u);
}

}  // namespace
}  // namespace pulsar::test::admin_metrics_test
