#include "pulsar/net/stream.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <sys/socket.h>
#include <system_error>

namespace pulsar::net::stream_test {
namespace {

using pulsar::net::stream;
using pulsar::net::turn_queue;
using pulsar::net::unique_socket;

TEST(Stream, ADescriptorThatCannotBeWatchedIsTheSystemsError) {
    boost::asio::io_context loop;
    turn_queue turns(loop.get_executor());
    constexpr int none = -1;
    try {
        stream(turns, unique_socket(none, AF_INET));
        FAIL() << "it can";
    } catch (const std::system_error& error) {
        EXPECT_EQ(error.code(), std::error_code(EBADF, std::system_category()));
    }
}

}  // namespace
}  // namespace pulsar::net::stream_test
