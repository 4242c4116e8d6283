// Clients behind a bad network: what is lossless loses nothing, what is cut is an exact prefix, and
// the daemon is as before when they have gone.

#include "chaos/proxy.hpp"

#include "chaos/conversation.hpp"
#include "support/baseline.hpp"
#include "support/daemon.hpp"
#include "support/effort.hpp"
#include "support/frames.hpp"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <functional>
#include <ostream>
#include <string>
#include <vector>

namespace pulsar::test::proxy_test {
namespace {

using namespace std::chrono_literals;

/// A network; `bytes` of frames for each client take it well under a second.
struct network {
    std::string name;
    std::size_t bytes;
    toxics to_server;
    toxics to_client;

    friend std::ostream& operator<<(std::ostream& out, const network& n) { return out << n.name; }
};

std::string name_of(const testing::TestParamInfo<network>& info) {
    return info.param.name;
}

constexpr std::size_t clients = 4;

// Often, so that there is a heartbeat wherever a fault leaves a gap.
const std::vector<std::string> with_heartbeats{"--heartbeat-interval", "20ms"};

class LosslessNetwork : public testing::TestWithParam<network> {};

TEST_P(LosslessNetwork, EveryEchoArrives) {
    const auto& [name, bytes, to_server, to_client] = GetParam();
    daemon pulsar(with_heartbeats);
    const baseline before(pulsar);
    for (unsigned seed = 1; seed <= effort(1u, 100u); ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        proxy between(pulsar.address(), to_server, to_client, seed);
        for (const auto& held : converse(between.address(), clients, bytes, seed))
            expect_whole_echo(held);
    }
    for (const auto& closed : pulsar.wait_for_count(clients, "connection", "closed"))
        EXPECT_EQ(text(closed, "reason"), "peer_closed");
    before.expect_restored();
    pulsar.expect_orderly_exit();
}

constexpr toxics slow{.latency = 30ms, .jitter = 20ms};
constexpr toxics narrow{.bytes_per_second = 400'000};
constexpr toxics byte_by_byte{.largest_piece = 1};
constexpr toxics in_odd_pieces{.largest_piece = 7};
constexpr toxics all_of_it{
    .latency = 5ms, .jitter = 10ms, .bytes_per_second = 800'000, .largest_piece = 1000};

INSTANTIATE_TEST_SUITE_P(Proxy, LosslessNetwork,
                         testing::Values(network{"Undisturbed", 2'000'000, {}, {}},
                                         network{"LatencyToServer", 300'000, slow, {}},
                                         network{"LatencyToClient", 300'000, {}, slow},
                                         network{"LowBandwidthToServer", 100'000, narrow, {}},
                                         network{"LowBandwidthToClient", 100'000, {}, narrow},
                                         network{"BytesToServer", 8'000, byte_by_byte, {}},
                                         network{"BytesToClient", 8'000, {}, byte_by_byte},
                                         network{"OddPieces", 50'000, in_odd_pieces, in_odd_pieces},
                                         network{"LatencyBandwidthAndPieces", 100'000, all_of_it,
                                                 all_of_it}),
                         name_of);

/// Where connections are cut: at once, inside a header, a payload, and one of many frames.
constexpr std::array<std::size_t, 6> limits{0, 1, 4, 6, 1'000, 70'001};

toxics with_limit(toxics what, std::size_t limit) {
    if (what.forwarded_at_most != unlimited) what.forwarded_at_most = limit;
    return what;
}

class CuttingNetwork : public testing::TestWithParam<network> {};

TEST_P(CuttingNetwork, WhatArrivesIsAnExactPrefix) {
    const auto& [name, bytes, to_server, to_client] = GetParam();
    daemon pulsar(with_heartbeats);
    const baseline before(pulsar);
    unsigned seed = 1;
    for (const std::size_t limit : limits) {
        SCOPED_TRACE("after " + std::to_string(limit) + " bytes");
        proxy between(pulsar.address(), with_limit(to_server, limit), with_limit(to_client, limit),
                      seed);
        for (const auto& held : converse(between.address(), clients, bytes, seed += clients))
            expect_part_of_echo(held);
    }
    before.expect_restored();
    pulsar.expect_orderly_exit();
}

constexpr toxics reset{.forwarded_at_most = 0, .at_the_limit = toxics::end::reset};
constexpr toxics cut{.forwarded_at_most = 0, .at_the_limit = toxics::end::close};
constexpr toxics half_closed{.forwarded_at_most = 0, .at_the_limit = toxics::end::half_close};
constexpr toxics slow_reset{.latency = 5ms,
                            .jitter = 10ms,
                            .largest_piece = 1000,
                            .forwarded_at_most = 0,
                            .at_the_limit = toxics::end::reset};

INSTANTIATE_TEST_SUITE_P(Proxy, CuttingNetwork,
                         testing::Values(network{"ResetToServer", 200'000, reset, {}},
                                         network{"ResetToClient", 200'000, {}, reset},
                                         network{"DataLimitToServer", 200'000, cut, {}},
                                         network{"DataLimitToClient", 200'000, {}, cut},
                                         network{"LatencyPiecesAndReset", 200'000, all_of_it,
                                                 slow_reset}),
                         name_of);

/// To one direction of which happens what `half_closed` says.
class HalfClosingNetwork : public testing::Test {
  protected:
    void converse_with_limits(bool to_server,
                              const std::function<void(conversation&, std::size_t)>& expect) {
        daemon pulsar(with_heartbeats);
        const baseline before(pulsar);
        unsigned seed = 1;
        for (const std::size_t limit : limits) {
            SCOPED_TRACE("after " + std::to_string(limit) + " bytes");
            const auto what = with_limit(half_closed, limit);
            proxy between(pulsar.address(), to_server ? what : toxics(), to_server ? slow : what,
                          seed);
            for (auto& held : converse(between.address(), clients, 200'000, seed += clients))
                expect(held, limit);
        }
        before.expect_restored();
        pulsar.expect_orderly_exit();
    }
};

TEST_F(HalfClosingNetwork, ToTheServerAllFramesBeforeTheCutAreEchoed) {
    converse_with_limits(true, [](conversation& held, std::size_t limit) {
        held.sent = complete_frames(std::string_view(held.sent).substr(0, limit));
        expect_whole_echo(held);
    });
}

TEST_F(HalfClosingNetwork, ToTheClientTheEchoEndsAtTheCut) {
    converse_with_limits(false, [](conversation& held, std::size_t limit) {
        expect_part_of_echo(held);
        EXPECT_EQ(held.heard.size(), limit);
        EXPECT_FALSE(held.error) << held.error.message();
    });
}

}  // namespace
}  // namespace pulsar::test::proxy_test
