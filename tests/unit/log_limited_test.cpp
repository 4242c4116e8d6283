#include "log_fixture.hpp"
#include "pulsar/log/limited.hpp"
#include "support/capture.hpp"
#include "support/json.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <fcntl.h>
#include <sys/stat.h>
#include <thread>

namespace pulsar::log::test::log_limited_test {
namespace {

using namespace std::chrono_literals;
using pulsar::test::parse_lines;
using pulsar::test::read_file;
using strings = std::vector<std::string>;

class LogLimited : public LogFixture {};

TEST_F(LogLimited, OneLinePerWindowAndTheLatestAtTheEnd) {
    limited kind(component::connection, level::warn, "truncated frame", 1h,
                 limited::tally::suppressed);
    const auto path = open_file_log("log");
    for (int conn = 1; conn <= 4; ++conn)
        kind.write({{"conn", conn}});
    close();
    EXPECT_EQ(payloads(read_file(path)),
              (strings{"truncated frame conn=1", "truncated frame conn=4 suppressed=2"}));
}

TEST_F(LogLimited, ASingleWithheldEventHidesNothing) {
    limited kind(component::connection, level::warn, "m", 1h, limited::tally::suppressed);
    const auto path = open_file_log("log");
    kind.write({{"conn", 1}});
    kind.write({{"conn", 2}});
    flush_limited();
    flush_limited();
    close();
    EXPECT_EQ(payloads(read_file(path)), (strings{"m conn=1", "m conn=2"}));
}

TEST_F(LogLimited, ACountIncludesTheLineItself) {
    limited kind(component::listener, level::warn, "refused", 1h, limited::tally::count);
    const auto path = open_file_log("log", format::json);
    for (int i = 0; i < 3; ++i)
        kind.write({{"reason", "max_connections"}});
    close();
    const auto events = parse_lines(read_file(path));
    ASSERT_EQ(events.size(), 2u);
    EXPECT_EQ(pulsar::test::number(events[0], "count"), 1);
    EXPECT_EQ(pulsar::test::number(events[1], "count"), 2);
    EXPECT_EQ(pulsar::test::text(events[1], "reason"), "max_connections");
}

TEST_F(LogLimited, KindsDoNotLimitEachOther) {
    limited one(component::connection, level::warn, "one", 1h, limited::tally::suppressed);
    limited other(component::connection, level::warn, "other", 1h, limited::tally::suppressed);
    const auto path = open_file_log("log");
    one.write({});
    other.write({});
    close();
    EXPECT_EQ(payloads(read_file(path)), (strings{"one", "other"}));
}

TEST_F(LogLimited, ADisabledLevelCountsNothing) {
    limited kind(component::connection, level::warn, "m", 1h, limited::tally::count);
    const std::string path = dir_ / "log";
    open({.levels = *parse_levels("error"), .file = path});
    kind.write({});
    open({.file = path});
    kind.write({});
    close();
    EXPECT_EQ(payloads(read_file(path)), strings{"m count=1"});
}

TEST_F(LogLimited, TheWriterReleasesWhatIsDue) {
    // A FIFO, because its reader can wait for a line.
    const std::string path = dir_ / "fifo";
    ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
    pulsar::test::capture reader(
        pulsar::test::unique_fd(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)));
    limited kind(component::connection, level::warn, "m", 50ms, limited::tally::suppressed);
    open({.file = path});
    const auto start = std::chrono::steady_clock::now();
    kind.write({{"conn", 1}});
    // The writer has nothing to do any more when the next one is withheld.
    ASSERT_TRUE(reader.wait_for_line("m conn=1"));
    kind.write({{"conn", 2}});
    EXPECT_TRUE(reader.wait_for_line("m conn=2"));
    EXPECT_GE(std::chrono::steady_clock::now() - start, 50ms);
    close();
}

TEST_F(LogLimited, LinesOfManyThreadsAddUpToTheEvents) {
    constexpr int threads = 4;
    constexpr int events = 20'000;
    limited kind(component::connection, level::warn, "m", 1ms, limited::tally::suppressed);
    limited counted(component::listener, level::warn, "c", 1ms, limited::tally::count);
    const auto path = open_file_log("log", format::json);
    std::vector<std::thread> pool;
    for (int t = 0; t < threads; ++t) {
        pool.emplace_back([&] {
            for (int i = 0; i < events; ++i) {
                kind.write({{"i", i}});
                counted.write({{"i", i}});
            }
        });
    }
    for (auto& thread : pool)
        thread.join();
    close();

    std::int64_t told = 0;
    std::int64_t sum_of_counts = 0;
    for (const auto& event : parse_lines(read_file(path))) {
        if (event.contains("count")) {
            sum_of_counts += pulsar::test::number(event, "count");
        } else {
            told +=
                1 + (event.contains("suppressed") ? pulsar::test::number(event, "suppressed") : 0);
        }
    }
    EXPECT_EQ(told, threads * events);
    EXPECT_EQ(sum_of_counts, threads * events);
}

}  // namespace
}  // namespace pulsar::log::test::log_limited_test
