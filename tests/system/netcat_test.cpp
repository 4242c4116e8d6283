// The lines of the README, run by a shell.

#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <string>

namespace pulsar::test {
namespace {

outcome shell(const std::string& line) {
    launch how;
    how.command = {"sh", "-c", line};
    return run(how);
}

class Netcat : public testing::Test {
  protected:
    void SetUp() override {
        if (shell("command -v xxd && nc -h 2>&1 | grep -e '-N.*Shutdown'").how != exited(0)) {
            GTEST_SKIP() << "needs xxd and the nc of OpenBSD, which has -N";
        }
    }
};

const std::string hello = "00000000: 0000 0005 4845 4c4c 4f                   ....HELLO\n";

TEST_F(Netcat, HelloOverTcp) {
    daemon pulsar;
    const auto result =
        shell("printf '\\0\\0\\0\\5HELLO' | nc -N 127.0.0.1 " + pulsar.port() + " | xxd");
    EXPECT_EQ(result.out, hello);
    EXPECT_EQ(result.err, "");
    pulsar.expect_orderly_exit();
}

TEST_F(Netcat, HelloOverIpv6) {
    daemon pulsar({"--listen", "[::1]:0"});
    EXPECT_EQ(shell("printf '\\0\\0\\0\\5HELLO' | nc -N ::1 " + pulsar.port() + " | xxd").out,
              hello);
    pulsar.expect_orderly_exit();
}

TEST_F(Netcat, HelloOverAUnixSocket) {
    const temp_dir dir;
    const auto path = dir / "socket";
    daemon pulsar({"--listen", "unix:" + path});
    EXPECT_EQ(shell("printf '\\0\\0\\0\\5HELLO' | nc -N -U " + path + " | xxd").out, hello);
    pulsar.expect_orderly_exit();
}

TEST_F(Netcat, TwoFramesAndACutOne) {
    daemon pulsar;
    const auto result =
        shell("printf '\\0\\0\\0\\2hi\\0\\0\\0\\0\\0\\0\\0\\5cut' | nc -N 127.0.0.1 " +
              pulsar.port() + " | xxd -p");
    EXPECT_EQ(result.out, "00000002686900000000\n");
    pulsar.expect_orderly_exit();
}

TEST_F(Netcat, HeartbeatWhileTheShellWaits) {
    daemon pulsar({"--heartbeat-interval", "100ms"});
    const auto result = shell("nc -d 127.0.0.1 " + pulsar.port() + " | head -c 13 | xxd -p");
    EXPECT_EQ(result.out, "00000009484541525442454154\n");
    pulsar.expect_orderly_exit();
}

}  // namespace
}  // namespace pulsar::test
