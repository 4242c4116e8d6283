// --framing none: payloads alone, against servers that echo bytes (RFC 862).

#include "support/bench.hpp"
#include "support/fake_server.hpp"
#include "support/frames.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>
#include <mutex>
#include <string>
#include <vector>

namespace pulsar::test::bench_framing_test {
namespace {

using strings = std::vector<std::string>;

strings with(const std::string& address, const strings& flags) {
    strings all{address, "--framing", "none", "-w", "0s"};
    all.insert(all.end(), flags.begin(), flags.end());
    return all;
}

class BenchFraming : public testing::TestWithParam<strings> {};

TEST_P(BenchFraming, NoneIsForAnyServerThatEchoesBytes) {
    std::atomic<std::size_t> received = 0;
    std::size_t payload = 0;
    {
        const fake_server server([&](fake_peer& client) {
            for (;;) {
                const auto bytes = client.receive_some();
                if (bytes.empty()) return;
                received += bytes.size();
                client.send(bytes);
            }
        });
        const auto result = expect_all_echoed(with(server.address(), GetParam()));
        EXPECT_EQ(result.count("frames"), 500);
        EXPECT_EQ(text(result.object(), "framing"), "none");
        payload = static_cast<std::size_t>(result.count("payload_bytes"));
    }
    EXPECT_EQ(received, payload) << "and nothing else";
}

INSTANTIATE_TEST_SUITE_P(
    Of, BenchFraming,
    testing::Values(strings{"-n", "500", "-c", "3"}, strings{"-n", "500", "-p", "32", "-c", "3"},
                    strings{"-n", "500", "-p", "8", "-s", "1B-9000B"},
                    strings{"-n", "500", "-r", "5000", "-s", "1B"},
                    strings{"-n", "500", "--mode", "churn", "-c", "3", "-s", "1B-100B"},
                    strings{"-n", "500", "--mode", "halfclose", "-c", "3", "-p", "5"}));

TEST(BenchFramingNone, SendsAgainFromTheFirstFrameThatWasNotComplete) {
    std::mutex mutex;
    strings received(2);  // by connection
    const fake_server server([&](fake_peer& client) {
        for (;;) {
            const auto bytes = client.receive_some();
            if (bytes.empty()) return;
            {
                const std::lock_guard lock(mutex);
                received.at(client.number()) += bytes;
            }
            if (client.number() == 0) {
                client.send(bytes.substr(0, 70));  // the second frame is cut
                client.close();
            }
            client.send(bytes);
        }
    });
    const auto result = expect_all_echoed(
        with(server.address(), {"--reconnect", "-c", "1", "-n", "4", "-s", "64B", "-p", "4"}));
    EXPECT_EQ(result.count("frames"), 4);
    EXPECT_EQ(result.disconnects(), 1);
    EXPECT_EQ(result.resent_frames(), 3);
    const std::lock_guard lock(mutex);
    EXPECT_EQ(received[0].size(), 4 * 64U);
    EXPECT_EQ(received[1], received[0].substr(64));
}

TEST(BenchFramingNone, AHeartbeatIsAMismatch) {
    const fake_server server([](fake_peer& client) {
        client.send(client.receive_some());
        client.send(heartbeat);
        client.hold();
    });
    const auto run = run_bench(with(server.address(), {"-c", "1", "-d", "1h"}), bench_grace);
    EXPECT_EQ(run.how, exited(run_failed));
    expect_one_complaint(run.err, {"mismatch", "HEARTBEAT"});
    EXPECT_EQ(run.err.find("nor a heartbeat"), std::string::npos) << run.err;
    EXPECT_EQ(run.result.count("heartbeats"), 0);
}

TEST(BenchFramingNone, AByteThatIsWrongIsAMismatch) {
    const fake_server server([](fake_peer& client) {
        auto bytes = client.receive_some();
        bytes.back() = static_cast<char>(bytes.back() ^ 1);
        client.send(bytes);
        client.hold();
    });
    const auto run = run_bench(with(server.address(), {"-c", "1", "-d", "1h"}), bench_grace);
    EXPECT_EQ(run.how, exited(run_failed));
    expect_one_complaint(run.err, {"mismatch", "not the echo of frame 0;"});
}

}  // namespace
}  // namespace pulsar::test::bench_framing_test
