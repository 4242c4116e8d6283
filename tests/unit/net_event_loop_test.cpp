#include "log_fixture.hpp"
#include "pulsar/net/event_loop.hpp"

#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

namespace pulsar::net::event_loop_test {
namespace {

using pulsar::net::event_loop;

class EventLoop : public pulsar::log::test::LogFixture {};

TEST_F(EventLoop, LogsAnExceptionThatIsNoConnectionsAndGoesOn) {
    const auto file = open_file_log("log");
    event_loop loop;
    bool went_on = false;
    boost::asio::post(loop.executor(), [] { throw std::runtime_error("a bug"); });
    boost::asio::post(loop.executor(), [&] { went_on = true; });
    loop.request_end();
    loop.run();
    EXPECT_TRUE(went_on);
    pulsar::log::close();
    EXPECT_EQ(pulsar::log::test::payloads(pulsar::test::read_file(file)),
              std::vector<std::string>{"exception error=\"a bug\""});
}

class pending final : public pulsar::net::deadline_queue::entry {
  public:
    explicit pending(event_loop& ended) : loop_(ended) {}
    void on_deadline(pulsar::net::time_point) override {
        if (++come == 3) loop_.request_end();
    }

    static inline int come = 0;

  private:
    event_loop& loop_;
};

class faulty final : public pulsar::net::deadline_queue::entry {
  public:
    void on_deadline(pulsar::net::time_point) override { throw std::runtime_error("a bug"); }
};

TEST_F(EventLoop, GoesOnWithItsDeadlinesWhenOneThrows) {
    const auto file = open_file_log("log");
    event_loop loop;
    faulty first;
    pending later(loop);
    pending::come = 2;
    boost::asio::post(loop.executor(), [&] {
        const auto now = pulsar::net::clock::now();
        loop.schedule(first, now);
        loop.schedule(later, now + std::chrono::milliseconds(1));
    });
    loop.run();
    EXPECT_EQ(pending::come, 3);
    pulsar::log::close();
    EXPECT_EQ(pulsar::log::test::payloads(pulsar::test::read_file(file)),
              std::vector<std::string>{"exception error=\"a bug\""});
}

TEST_F(EventLoop, WaitsForTheEarliestDeadlineWhichMayBeScheduledLater) {
    using namespace std::chrono_literals;
    event_loop loop;
    pending first(loop);
    pending second(loop);
    pending third(loop);
    pending::come = 0;
    boost::asio::post(loop.executor(), [&] {
        const auto now = pulsar::net::clock::now();
        loop.schedule(third, now + 30ms);
        loop.schedule(first, now - 1ms);
        loop.schedule(second, now);
    });
    const auto begin = pulsar::net::clock::now();
    loop.run();
    EXPECT_GE(pulsar::net::clock::now() - begin, 30ms);
    EXPECT_EQ(pending::come, 3);
}

}  // namespace
}  // namespace pulsar::net::event_loop_test
