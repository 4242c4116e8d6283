// Standard output that JOURNAL_STREAM names: systemd.exec(5), sd-daemon(3).

#include "support/capture.hpp"
#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/expect_echo.hpp"
#include "support/journal_stream.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"
#include "support/unique_fd.hpp"

#include <gtest/gtest.h>

#include <array>
#include <csignal>
#include <regex>
#include <string>
#include <sys/socket.h>
#include <utility>

namespace pulsar::test::journal_test {
namespace {

/// A stream that JOURNAL_STREAM names, as that to the journal is.
class Journal : public testing::Test {
  protected:
    Journal() {
        std::array<int, 2> ends{-1, -1};
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
        stream_ = unique_fd(ends[0]);
        other_end_ = unique_fd(ends[1]);
    }

    [[nodiscard]] launch command() const {
        return pulsar_with({"--listen", listen_},
                           {"JOURNAL_STREAM=" + journal_stream(stream_.get())});
    }

    /// Of a daemon that serves a client, and one that announces too much, all lines to `out`.
    void expect_lines(process& pulsar, capture& out, const std::string& info,
                      const std::string& warn) const {
        ASSERT_TRUE(out.wait_for_line(" started ")) << pulsar.transcript();
        expect_echo(listen_);
        client(listen_).send_all("GET ");
        EXPECT_TRUE(out.wait_for_line("connection: frame too large conn=2 "));
        pulsar.send(SIGTERM);
        EXPECT_EQ(pulsar.wait(), exited(0));
        ASSERT_TRUE(out.wait_for_end());
        const auto log = out.text();
        const std::regex line("(" + info + "|" + warn + R"()(server|connection): [a-z].*\n)");
        EXPECT_EQ(std::regex_replace(log, line, ""), "");
    }

    const temp_dir dir_;
    const std::string listen_ = "unix:" + (dir_ / "socket");
    unique_fd stream_;
    unique_fd other_end_;
};

TEST_F(Journal, IsToldThePriorityInPlaceOfTheTime) {
    auto how = command();
    how.standard[1] = stream_.get();
    process pulsar(how);
    stream_.close();
    capture reader(std::move(other_end_));
    expect_lines(pulsar, reader, "<6>", "<4>");
}

TEST_F(Journal, IsToldThatAFailedStartIsAnError) {
    auto how = pulsar_with({"--threads", "0"}, {"JOURNAL_STREAM=" + journal_stream(stream_.get())});
    EXPECT_TRUE(run(how).err.starts_with("pulsar: --threads"));
    how.standard[2] = stream_.get();
    process pulsar(how);
    EXPECT_EQ(pulsar.wait(), exited(2));
    stream_.close();
    capture reader(std::move(other_end_));
    ASSERT_TRUE(reader.wait_for_end());
    EXPECT_TRUE(reader.text().starts_with("<3>pulsar: --threads"));
}

TEST_F(Journal, IsNotWhereTheOutputHasBeenRedirectedTo) {
    process pulsar(command());
    expect_lines(pulsar, pulsar.out(), "[-0-9]{10}T[:.0-9]{15}Z INFO  ",
                 "[-0-9]{10}T[:.0-9]{15}Z WARN  ");
}

}  // namespace
}  // namespace pulsar::test::journal_test
