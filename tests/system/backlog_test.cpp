// --backlog is what the kernel is told: Linux queues one connection more.

#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/process_usage.hpp"
#include "support/skip_without.hpp"
#include "support/temp_dir.hpp"
#include "support/unique_fd.hpp"
#include "support/unix_address.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstring>
#include <string>
#include <sys/socket.h>
#include <vector>

namespace pulsar::test::backlog_test {
namespace {

/// How many connections it queues while it is stopped. On a Unix socket, where one more is refused
/// at once.
std::size_t queued_by(daemon& pulsar, std::size_t most) {
    const unix_address target(pulsar.address().substr(std::strlen("unix:")));
    pulsar.child().send(SIGSTOP);
    std::vector<unique_fd> queued;
    while (queued.size() < most) {
        unique_fd next(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
        if (::connect(next.get(), target.get(), target.size) != 0) {
            EXPECT_EQ(errno, EAGAIN);
            break;
        }
        queued.push_back(std::move(next));
    }
    pulsar.child().send(SIGCONT);
    return queued.size();
}

class Backlog : public testing::Test {
  protected:
    std::size_t queued_with(std::vector<std::string> flags, std::size_t most) {
        flags.insert(flags.end(),
                     {"--listen", "unix:" + (dir_ / "socket"), "--log-level", "warn,server=info"});
        daemon pulsar(std::move(flags));
        const auto queued = queued_by(pulsar, most);
        pulsar.expect_orderly_exit();
        return queued;
    }

    const temp_dir dir_;
};

TEST_F(Backlog, IsAsLongAsItIsSaid) {
    EXPECT_EQ(queued_with({"--backlog", "1"}, 100), 2u);
    EXPECT_EQ(queued_with({"--backlog", "17"}, 100), 18u);
}

TEST_F(Backlog, IsFourThousandByDefault) {
    constexpr std::size_t by_default = 4096;
    if (!allow_open_files(by_default + 100)) return skip_without("thousands of open files");
    const auto of_the_system = std::stoul(read_file("/proc/sys/net/core/somaxconn"));
    EXPECT_EQ(queued_with({}, 2 * by_default), std::min(by_default, of_the_system) + 1);
}

}  // namespace
}  // namespace pulsar::test::backlog_test
