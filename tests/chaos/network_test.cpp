// Networks that lose packets, are slow, or are gone, made of the loopback interface of a namespace.

#include "chaos/bad_loopback.hpp"
#include "chaos/conversation.hpp"
#include "support/baseline.hpp"
#include "support/bench.hpp"
#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/effort.hpp"
#include "support/expect_echo.hpp"
#include "support/network_namespace.hpp"
#include "support/swarm.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <future>
#include <string>
#include <thread>

namespace pulsar::test::network_test {
namespace {

using namespace std::chrono_literals;

class BadNetwork : public testing::Test {
  protected:
    static void in_namespace(const std::function<void()>& body) {
        expect_passed(in_network_namespace(body),
                      "a network namespace, nft and tc, and the right to use them");
    }
};

TEST_F(BadNetwork, PacketLossLosesNoEcho) {
    in_namespace([] {
        daemon pulsar({"--heartbeat-interval", "50ms"});
        const baseline before(pulsar);
        const packet_loss some(percent(3));
        for (unsigned round = 0; round < effort(1u, 50u); ++round) {
            for (const auto& held : converse(pulsar.address(), 8, 300'000, 1 + 8 * round))
                expect_whole_echo(held);
            // A SYN that is lost twice takes 3 s.
            expect_all_echoed(
                {"-c", "20", "-n", "2000", "-w", "0s", "--timeout", "20s", pulsar.address()}, 40s);
        }
        before.expect_restored();
        pulsar.expect_orderly_exit();
    });
}

TEST_F(BadNetwork, PacketLossLosesNoEchoOfADrain) {
    in_namespace([] {
        constexpr std::size_t connections = 50;
        daemon pulsar({"--heartbeat-interval", "0s"});
        swarm load(pulsar.address(), connections, 8);
        const packet_loss some(percent(2));
        EXPECT_TRUE(load.wait_until_busy(20s));
        pulsar.child().send(SIGTERM);
        const auto ended = load.wait_until_closed();
        EXPECT_EQ(ended.ended_in_order, connections) << ended.problem;
        const auto stopped = pulsar.expect_orderly_end();
        EXPECT_EQ(number(stopped, "cut_off"), 0);
        EXPECT_EQ(number(stopped, "frames"), static_cast<std::int64_t>(ended.frames));
    });
}

TEST_F(BadNetwork, ALimitedRateLosesNoEcho) {
    in_namespace([] {
        daemon pulsar({"--heartbeat-interval", "50ms"});
        const baseline before(pulsar);
        limit_rate("20mbit");
        for (unsigned round = 0; round < effort(1u, 50u); ++round) {
            for (const auto& held : converse(pulsar.address(), 8, 100'000, 1 + 8 * round))
                expect_whole_echo(held);
        }
        expect_limited_rate();
        before.expect_restored();
        pulsar.expect_orderly_exit();
    });
}

TEST_F(BadNetwork, ABlackHoleForAWhileLosesNoEcho) {
    in_namespace([] {
        daemon pulsar({"--heartbeat-interval", "50ms"});
        const baseline before(pulsar);
        limit_rate("40mbit");
        auto under_way = std::async(std::launch::async, [address = pulsar.address()] {
            return converse(address, 8, 500'000, 1);
        });
        EXPECT_TRUE(eventually([&] { return number(pulsar.report(), "frames") > 100; }));
        packet_loss all(all_packets);
        std::this_thread::sleep_for(1s);  // what is tested
        all.end();
        for (const auto& held : under_way.get())
            expect_whole_echo(held);
        before.expect_restored();
        pulsar.expect_orderly_exit();
    });
}

/// Closes a client of whose end the daemon hears nothing, and expects that it ends for `reason`.
class vanished_client {
  public:
    explicit vanished_client(const std::vector<std::string>& flags)
        : pulsar_(flags), before_(pulsar_), socket_(pulsar_.address()) {
        expect_echo(socket_);
    }

    void leave_echoes_unread() { socket_.flood(frame(std::string(60'000, 'x'))); }
    void vanish() { socket_.close(); }

    void expect_end(const std::string& reason) {
        const auto closed = pulsar_.wait_for("connection", "closed");
        EXPECT_EQ(text(closed, "reason"), reason);
        if (reason == "io_error") {
            EXPECT_EQ(text(closed, "error"), "Connection timed out");
        }
        before_.expect_restored();
        pulsar_.expect_orderly_exit();
    }

  private:
    daemon pulsar_;
    const baseline before_;
    client socket_;
};

TEST_F(BadNetwork, AClientThatVanishedIsLetGo) {
    in_namespace([] {
        vanished_client silent({"--heartbeat-interval", "0s", "--tcp-keepalive", "1s"});
        vanished_client owed_heartbeats({"--heartbeat-interval", "100ms"});
        // Longer than the quiet by which flood() knows that no more is taken.
        const auto timeout = std::to_string(patience()) + "s";
        vanished_client owed_echoes({"--write-timeout", timeout, "--heartbeat-interval", "0s"});
        owed_echoes.leave_echoes_unread();
        const packet_loss all(all_packets);
        for (auto* client : {&silent, &owed_heartbeats, &owed_echoes})
            client->vanish();
        owed_echoes.expect_end("write_timeout");
        // Which Linux otherwise goes on with for a quarter of an hour.
        limit_retransmissions(2);
        owed_heartbeats.expect_end("io_error");
        silent.expect_end("io_error");
    });
}

}  // namespace
}  // namespace pulsar::test::network_test
