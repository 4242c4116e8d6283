#include "log_fixture.hpp"
#include "pulsar/net/event_loop.hpp"

#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace {

using pulsar::net::event_loop;

class EventLoop : public pulsar::log::test::LogFixture {};

TEST_F(EventLoop, LogsAnExceptionThatIsNoConnectionsAndGoesOn) {
    const auto file = open_file_log("log");
    event_loop loop;
    bool went_on = false;
    boost::asio::post(loop.executor(), [] { throw std::runtime_error("a bug"); });
    boost::asio::post(loop.executor(), [&] { went_on = true; });
    loop.release();
    loop.run();
    EXPECT_TRUE(went_on);
    pulsar::log::close();
    EXPECT_EQ(pulsar::log::test::payloads(pulsar::test::read_file(file)),
              std::vector<std::string>{"exception error=\"a bug\""});
}

}  // namespace
