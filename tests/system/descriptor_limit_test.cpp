// A soft limit on open files that is lower than the hard one, as login shells have it.

#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/expect_echo.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <sys/resource.h>
#include <vector>

namespace pulsar::test::descriptor_limit_test {
namespace {

rlimit open_files_limit(pid_t pid) {
    rlimit limit{};
    EXPECT_EQ(::prlimit(pid, RLIMIT_NOFILE, nullptr, &limit), 0);
    return limit;
}

/// A launch for a shell that lowers its limits first.
launch with_open_files(int soft, int hard) {
    launch how;
    how.command = {"sh", "-c",
                   "ulimit -Sn " + std::to_string(soft) + " && ulimit -Hn " + std::to_string(hard) +
                       " && exec \"$@\"",
                   "sh"};
    return how;
}

TEST(OpenFiles, TheSoftLimitIsRaisedToTheHardOne) {
    constexpr int soft = 100;
    constexpr int hard = 400;
    daemon pulsar({"--threads", "1"}, with_open_files(soft, hard));
    EXPECT_EQ(open_files_limit(pulsar.child().pid()).rlim_cur, std::size_t{hard});
    EXPECT_EQ(open_files_limit(pulsar.child().pid()).rlim_max, std::size_t{hard});

    const auto lowered = pulsar.wait_for("server", "max connections lowered");
    EXPECT_EQ(number(lowered, "from"), 10'000);
    EXPECT_EQ(number(lowered, "open_files"), hard);
    const auto room = number(lowered, "to");
    EXPECT_GT(room, hard - 50);
    EXPECT_LT(room, hard);
    EXPECT_EQ(number(pulsar.wait_for("server", "started"), "max_connections"), room);

    std::vector<client> sockets;
    for (std::int64_t i = 0; i < room; ++i)
        sockets.push_back(served(pulsar.address()));
    EXPECT_TRUE(pulsar.events("listener", "accept failed").empty());
    sockets.clear();
    pulsar.expect_orderly_exit();
}

TEST(OpenFiles, AHardLimitThatIsEnoughLowersNothing) {
    daemon pulsar({"--threads", "1", "--max-connections", "200"}, with_open_files(100, 400));
    EXPECT_EQ(number(pulsar.wait_for("server", "started"), "max_connections"), 200);
    EXPECT_TRUE(pulsar.events("server", "max connections lowered").empty());
    pulsar.expect_orderly_exit();
}

}  // namespace
}  // namespace pulsar::test::descriptor_limit_test
