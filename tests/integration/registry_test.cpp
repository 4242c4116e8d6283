#include "integration/running_server.hpp"
#include "support/client.hpp"
#include "support/frames.hpp"
#include "support/process_usage.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <list>
#include <set>
#include <string>
#include <unistd.h>

namespace {

using namespace pulsar::test;
using namespace std::chrono_literals;

std::string echo(client& c, const std::string& stream) {
    c.send_all(stream);
    return c.receive_exactly(stream.size());
}

TEST(Registry, AReportHasALinePerConnectionAndTheTotals) {
    pulsar::server::options options;
    options.threads = 2;
    options.report_interval = 0ms;
    running_server s(options);
    std::list<client> clients;  // more than one piece of a report
    for (int i = 0; i < 100; ++i) {
        clients.emplace_back(s.address());
        echo(clients.back(), frame("hello"));
    }
    { client gone(s.address()); }
    ASSERT_TRUE(eventually([&] { return !s.events("connection", "closed").empty(); }));
    (*s).request_report();
    ASSERT_TRUE(eventually([&] { return s.events("registry", "active").size() == 100; }));
    const auto report = s.wait_for("registry", "report");
    EXPECT_EQ(number(report, "frames"), 100);
    EXPECT_EQ(number(report, "bytes_in"), 900);
    EXPECT_EQ(number(report, "bytes_out"), 900);
    EXPECT_EQ(number(report, "refused"), 0);
    std::set<std::int64_t> ids;
    for (const auto& active : s.events("registry", "active")) {
        ids.insert(number(active, "conn"));
        EXPECT_EQ(number(active, "frames"), 1);
        EXPECT_EQ(number(active, "bytes_in"), 9);
    }
    EXPECT_EQ(ids.size(), 100u);
}

TEST(Registry, ReportsAtItsInterval) {
    pulsar::server::options options;
    options.report_interval = 20ms;
    const auto begin = std::chrono::steady_clock::now();
    running_server s(options);
    EXPECT_TRUE(eventually([&] { return s.events("registry", "report").size() >= 3; }));
    EXPECT_GE(std::chrono::steady_clock::now() - begin, 3 * 20ms);
}

TEST(Registry, ConnectionsAreSpreadOverTheLoops) {
    pulsar::server::options options;
    options.threads = 4;
    running_server s(options);
    auto before = watched_sockets(::getpid());
    std::list<client> clients;
    for (int i = 0; i < 8; ++i) {
        clients.emplace_back(s.address());
        EXPECT_EQ(echo(clients.back(), frame("x")), frame("x"));
    }
    std::multiset<std::size_t> of_loops;
    for (const auto& [epoll, sockets] : watched_sockets(::getpid())) {
        const auto own = sockets - before[epoll];
        if (own > 0) of_loops.insert(own);
    }
    EXPECT_EQ(of_loops, (std::multiset<std::size_t>{2, 2, 2, 2}));
}

TEST(Registry, ClientsOverTheLimitAreResetAndOthersTakeThePlacesThatGetFree) {
    pulsar::server::options options;
    options.max_connections = 2;
    running_server s(options);
    std::list<client> clients;
    for (int i = 0; i < 2; ++i) {
        clients.emplace_back(s.address());
        EXPECT_EQ(echo(clients.back(), frame("x")), frame("x"));
    }
    client refused(s.address());
    EXPECT_EQ(refused.receive_until_closed().error, std::errc::connection_reset);
    const auto warned = s.wait_for("listener", "refused");
    EXPECT_EQ(text(warned, "reason"), "max_connections");
    EXPECT_EQ(number(warned, "count"), 1);

    clients.pop_front();
    EXPECT_TRUE(eventually([&] {
        try {
            client next(s.address());
            return echo(next, frame("x")) == frame("x");
        } catch (const std::system_error&) {
            return false;  // the server has not noticed yet that one has left
        }
    }));
}

}  // namespace
