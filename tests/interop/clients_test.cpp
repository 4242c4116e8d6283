// Clients that speak the wire format by what their language or a library of others offers, as
// src/CLIENTS.md shows it. Their programs are in clients/; each checks by itself what it gets.

#include "support/daemon.hpp"
#include "support/fake_server.hpp"
#include "support/json.hpp"
#include "support/process.hpp"
#include "support/skip_without.hpp"
#include "support/temp_dir.hpp"
#include "support/text.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

namespace pulsar::test::clients_test {
namespace {

using namespace std::chrono_literals;

/// Its commands are run by sh in a folder that holds the programs.
struct foreign_client {
    std::string name;
    std::string needs;  ///< what has to be installed, in words
    std::string probe;  ///< fails where that is not so
    std::string build;  ///< `true` where nothing is to be built
    std::string run;    ///< host, port and what to do are added

    friend std::ostream& operator<<(std::ostream& out, const foreign_client& client) {
        return out << client.name;
    }
};

/// Debian's jars.
const std::string netty = "/usr/share/java/netty-";
const std::string netty_jars = netty + "common.jar:" + netty + "buffer.jar:" + netty +
                               "transport.jar:" + netty + "resolver.jar:" + netty + "codec.jar";

/// The probe of what npm installs: it fails too where no registry is reached, and soon.
const std::string npm_ci = "npm ci --no-audit --fetch-retries 1 --fetch-timeout 20000";

const std::vector<foreign_client> foreign_clients{
    {"Asyncio", "python3", "python3 -V", "true", "python3 python_asyncio.py"},
    {"Erlang", "erlang-base", "command -v escript", "true", "escript erlang.escript"},
    {"FrameStream", "npm and its registry", npm_ci, "true", "node node_frame_stream.js"},
    {"Go", "golang-go", "go version", "go build -o golang golang.go", "./golang"},
    {"ItLengthPrefixed", "npm and its registry", npm_ci, "true", "node node_it_length_prefixed.js"},
    {"JavaStreams", "default-jdk-headless", "javac -version", "javac java_streams.java",
     "java Streams"},
    {"Multiprocessing", "python3", "python3 -V", "true", "python3 python_multiprocessing.py"},
    {"Netty", "default-jdk-headless and libnetty-java",
     "javac -version && test -e " + netty + "codec.jar",
     "javac -cp " + netty_jars + " java_netty.java", "java -cp .:" + netty_jars + " Netty"},
    {"Perl", "perl", "perl -MIO::Socket::INET -MTime::HiRes -e 1", "true", "perl perl.pl"},
    {"Tcl", "tcl", "tclsh /dev/null", "true", "tclsh tcl.tcl"},
    {"Thrift", "python3-thrift", "python3 -c 'import thrift'", "true", "python3 python_thrift.py"},
    {"Tokio", "cargo and librust-tokio-util-dev",
     "cargo --version && ls -d /usr/share/cargo/registry/tokio-util-*",
     "cargo build --quiet --offline --config debian_crates.toml", "target/debug/rust_tokio"},
    {"Twisted", "python3-twisted", "python3 -c 'import twisted'", "true",
     "python3 python_twisted.py"},
};

class ForeignClient : public testing::TestWithParam<foreign_client> {
  protected:
    /// Packages of Debian belong to the programs in /usr/bin. What they make stays in the folder.
    outcome run_in_folder(const std::string& command, deadline limit) {
        launch how;
        how.command = {"sh", "-c",
                       "cd \"$0\" && export PATH=\"/usr/bin:$PATH\" CARGO_HOME=\"$0/cargo\" "
                       "GOCACHE=\"$0/go\" GOFLAGS=-mod=mod && " +
                           command,
                       folder_ / ""};
        return run(how, limit);
    }

    void SetUp() override {
        std::filesystem::copy(PULSAR_SOURCE_DIR "/tests/interop/clients", folder_ / "");
        const auto probed = run_in_folder(GetParam().probe, 60s);
        if (probed.how == exited(0)) return;
        std::cout << probed.err;
        skip_without(GetParam().needs);
    }

    /// Expects a command to end well and to write nothing to standard error; what else it wrote.
    std::string output_of(const std::string& command, deadline limit) {
        const auto result = run_in_folder(command, limit);
        EXPECT_EQ(result.how, exited(0)) << command;
        EXPECT_EQ(result.err, "") << command;
        return result.out;
    }

    /// `address` is `127.0.0.1:PORT`.
    static std::string command_for(const std::string& address, const std::string& what) {
        return GetParam().run + " 127.0.0.1 " + port_of(address) + ' ' + what;
    }

    std::string output_against(daemon& pulsar, const std::string& what) {
        return output_of(command_for(pulsar.address(), what), 30s);
    }

    void expect_pipelined_echoes();
    void expect_ping_pong_without_delay();
    void expect_wrong_echo_to_be_noticed();

    temp_dir folder_;
};

constexpr std::int64_t frames = 100;

/// A frame of 0 to 100,000 bytes for each number from 0 to 99.
std::int64_t bytes_of_all_frames() {
    std::int64_t bytes = 0;
    for (std::int64_t number = 0; number < frames; ++number)
        bytes += 4 + 100'000 * number / 99;
    return bytes;
}

/// Half of a delayed ACK: see HeaderApart.
constexpr std::int64_t half_of_a_delayed_ack_us = 20'000;

void ForeignClient::expect_pipelined_echoes() {
    daemon pulsar({"--heartbeat-interval", "100ms"});
    EXPECT_EQ(output_against(pulsar, "pipeline"), "");
    const auto closed = pulsar.wait_for("connection", "closed");
    EXPECT_EQ(text(closed, "reason"), "peer_closed");
    EXPECT_EQ(number(closed, "frames"), frames);
    EXPECT_EQ(number(closed, "bytes_in"), bytes_of_all_frames());
    const auto heartbeats = number(closed, "heartbeats");
    EXPECT_GT(heartbeats, 0);
    EXPECT_EQ(number(closed, "bytes_out"), bytes_of_all_frames() + 13 * heartbeats);
    pulsar.expect_orderly_exit();
}

void ForeignClient::expect_ping_pong_without_delay() {
    daemon pulsar;
    std::vector<std::int64_t> microseconds;
    for (const auto& word : words_of(output_against(pulsar, "ping-pong")))
        microseconds.push_back(std::stoll(word));
    ASSERT_EQ(microseconds.size(), static_cast<std::size_t>(frames));
    std::ranges::sort(microseconds);
    EXPECT_GT(microseconds.front(), 0);
    EXPECT_LT(microseconds[frames / 2], half_of_a_delayed_ack_us);
    const auto closed = pulsar.wait_for("connection", "closed");
    EXPECT_EQ(text(closed, "reason"), "peer_closed");
    EXPECT_EQ(number(closed, "frames"), frames);
    pulsar.expect_orderly_exit();
}

/// Else its silence about the daemon would say nothing.
void ForeignClient::expect_wrong_echo_to_be_noticed() {
    fake_server server([](fake_peer& peer) {
        for (std::size_t number = 0;; ++number) {
            auto echo = peer.receive_frame();
            if (number == 33) echo.back() ^= 1;
            peer.send(echo);
        }
    });
    const auto result = run_in_folder(command_for(server.address(), "pipeline"), 30s);
    EXPECT_NE(result.how, exited(0));
    EXPECT_NE(result.err, "");
}

TEST_P(ForeignClient, SpeaksTheWireFormat) {
    output_of(GetParam().build, 240s);
    if (HasFailure()) return;
    expect_pipelined_echoes();
    expect_ping_pong_without_delay();
    expect_wrong_echo_to_be_noticed();
}

INSTANTIATE_TEST_SUITE_P(Clients, ForeignClient, testing::ValuesIn(foreign_clients),
                         [](const auto& client) { return client.param.name; });

}  // namespace
}  // namespace pulsar::test::clients_test
