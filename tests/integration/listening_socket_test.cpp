#include "pulsar/net/listening_socket.hpp"

#include "support/client.hpp"
#include "support/dead_socket.hpp"
#include "support/effort.hpp"
#include "support/temp_dir.hpp"
#include "support/unique_fd.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <array>
#include <barrier>
#include <filesystem>
#include <functional>
#include <iterator>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <vector>

namespace {

using namespace pulsar;
using sockets = std::vector<net::listening_socket>;

/// What two threads listen on that begin at the same moment.
sockets listen_twice_at_once(const net::control_strand& control, const net::address& where) {
    std::array<sockets, 2> found;
    std::barrier together(2);
    const auto listen = [&](sockets& into) {
        together.arrive_and_wait();
        try {
            into = net::listen_on(control, where, {});
        } catch (const net::listen_error& error) {
            const std::string text = error.what();
            EXPECT_NE(text.find("Address already in use"), text.npos) << text;
        }
    };
    std::thread other(listen, std::ref(found[1]));
    listen(found[0]);
    other.join();
    std::move(found[1].begin(), found[1].end(), std::back_inserter(found[0]));
    return std::move(found[0]);
}

TEST(ListeningSocket, AUnixPathHasOneListenerHoweverManyBeginAtOnce) {
    const test::temp_dir dir;
    const auto path = dir / "socket";
    boost::asio::io_context context;
    const auto control = boost::asio::make_strand(context.get_executor());
    for (int round = 0; round < test::effort_by_build(2000, 500); ++round) {
        SCOPED_TRACE(round);
        if (round % 2) test::leave_dead_socket(path);
        auto listening = listen_twice_at_once(control, *net::parse_address("unix:" + path));
        ASSERT_EQ(listening.size(), 1u);
        const test::client socket("unix:" + path);
        const int descriptor = listening.front().descriptor.native_handle();
        EXPECT_GE(test::unique_fd(::accept(descriptor, nullptr, nullptr)).get(), 0);
        listening.clear();
        ASSERT_FALSE(std::filesystem::exists(path));
    }
}

}  // namespace
