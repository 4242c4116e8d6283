// Whatever a server does wrong is noticed, counted by its kind, and ends the run in time.

#include "support/bench.hpp"
#include "support/fake_server.hpp"
#include "support/frames.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <future>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

namespace pulsar::test::bench_wrong_echo_test {
namespace {

using namespace std::chrono_literals;
using strings = std::vector<std::string>;

struct misbehaviour {
    std::string name;
    std::string kind;  ///< as which it is to be counted
    fake_server::behaviour serve;
    strings flags;

    friend std::ostream& operator<<(std::ostream& out, const misbehaviour& what) {
        return out << what.name;
    }
};

/// Echoes a few frames, then sends what `spoil` makes of the next.
fake_server::behaviour spoiled(const std::function<std::string(const std::string&)>& spoil) {
    return [spoil](fake_peer& client) {
        echo(client, 3);
        client.send(spoil(client.receive_frame()));
        client.ignore();
    };
}

fake_server::behaviour with_flipped_bit(std::size_t position) {
    return spoiled([position](std::string frame) {
        frame[position] = static_cast<char>(frame[position] ^ 1);
        return frame;
    });
}

fake_server::behaviour with_inserted(const std::string& bytes, std::size_t position) {
    return spoiled([=](std::string frame) { return frame.insert(position, bytes); });
}

void swap_two(fake_peer& client) {
    echo(client, 3);
    const auto first = client.receive_frame();
    client.send(client.receive_frame() + first);
    client.ignore();
}

void skip_one(fake_peer& client) {
    echo(client, 3);
    client.receive_frame();
    echo(client, 1);
    client.ignore();
}

/// The second connection is sent what belongs to the first.
fake_server::behaviour cross_connections() {
    const auto first = std::make_shared<std::promise<std::string>>();
    const auto frame_of_first = first->get_future().share();
    return [=](fake_peer& client) {
        const auto own = client.receive_frame();
        if (client.number() == 0) {
            first->set_value(own);
            client.send(own);
            for (;;)
                echo(client, 1);
        }
        frame_of_first.wait();  // both are sent a frame, and neither waits for the other
        client.send(frame_of_first.get());
        client.ignore();
    };
}

/// All connections, of which there is one at a time, are sent what belongs to the first.
fake_server::behaviour repeat_the_first() {
    const auto first = std::make_shared<std::string>();
    return [=](fake_peer& client) {
        const auto own = client.receive_frame();
        if (first->empty()) *first = own;
        client.send(*first);
        client.ignore();
    };
}

void truncate(fake_peer& client) {
    echo(client, 3);
    client.send(client.receive_frame().substr(0, 30));
}

void reset_after_some(fake_peer& client) {
    echo(client, 3);
    client.receive_frame();
    client.reset();
}

void reset_after_a_frame(fake_peer& client) {
    client.receive_frame();
    client.reset();
}

void finish(fake_peer& client) {
    client.finish();
}

/// What a web server makes of frames.
void answer_with_http(fake_peer& client) {
    client.receive_frame();
    client.send("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
}

void greet(fake_peer& client) {
    client.send("SSH-2.0-OpenSSH_9.2\r\n");
    client.ignore();
}

std::string name_of(const testing::TestParamInfo<misbehaviour>& parameter) {
    return parameter.param.name;
}

// Runs that end before their time: nothing is left to wait for.
const strings on_one{"-c", "1", "-d", "1h"};
const strings pipelined{"-c", "1", "-d", "1h", "-p", "2"};
const strings idle{"-c", "1", "-d", "1h", "--mode", "idle"};
// This one lasts as long as it was asked to.
const strings churn{"-c", "1", "-d", "300ms", "--mode", "churn"};

class BenchWrongEcho : public testing::TestWithParam<misbehaviour> {};

TEST_P(BenchWrongEcho, IsCountedByItsKind) {
    const auto& [name, kind, serve, flags] = GetParam();
    fake_server server(serve);
    strings all{server.address(), "-w", "0s"};
    all.insert(all.end(), flags.begin(), flags.end());
    const auto run = run_bench(all, 300ms + bench_grace);
    EXPECT_EQ(run.how, exited(run_failed));
    expect_one_complaint(run.err, {kind});
    EXPECT_GE(run.result.errors(kind), 1);
    EXPECT_EQ(run.result.errors(), run.result.errors(kind));
}

INSTANTIATE_TEST_SUITE_P(
    Mismatch, BenchWrongEcho,
    testing::Values(
        misbehaviour{"SwappedFrames", "mismatch", swap_two, pipelined},
        misbehaviour{"MissingFrame", "mismatch", skip_one, pipelined},
        misbehaviour{"RepeatedFrame", "mismatch",
                     spoiled([](const auto& frame) { return frame + frame; }), on_one},
        misbehaviour{"FrameOfAnotherConnection",
                     "mismatch",
                     cross_connections(),
                     {"-c", "2", "-d", "300ms"}},
        misbehaviour{"FrameOfAnotherConnectionInChurn", "mismatch", repeat_the_first(), churn},
        misbehaviour{"FlippedBitOfTheHighestLengthByte", "mismatch", with_flipped_bit(0), on_one},
        misbehaviour{"FlippedBitOfTheLowestLengthByte", "mismatch", with_flipped_bit(3), on_one},
        misbehaviour{"FlippedBitOfTheFirstPayloadByte", "mismatch", with_flipped_bit(4), on_one},
        misbehaviour{"FlippedBitInThePayload", "mismatch", with_flipped_bit(40), on_one},
        misbehaviour{"FlippedBitOfTheLastPayloadByte", "mismatch", with_flipped_bit(67), on_one},
        misbehaviour{"HeartbeatInsideAPayload", "mismatch", with_inserted(heartbeat, 34), on_one},
        misbehaviour{"HeartbeatInsideAHeader", "mismatch", with_inserted(heartbeat, 2), on_one},
        misbehaviour{"HeartbeatAfterAHeader", "mismatch", with_inserted(heartbeat, 4), on_one},
        misbehaviour{"AlmostAHeartbeat", "mismatch", with_inserted(frame("HEARTBEAX"), 0), on_one},
        misbehaviour{"EmptyFrame", "mismatch", with_inserted(frame(""), 0), on_one},
        misbehaviour{"HttpAnswer", "mismatch", answer_with_http, on_one},
        misbehaviour{"SshBanner", "mismatch", greet, on_one},
        misbehaviour{"SshBannerToAnIdleConnection", "mismatch", greet, idle}),
    name_of);

INSTANTIATE_TEST_SUITE_P(Closed, BenchWrongEcho,
                         testing::Values(misbehaviour{"InAnEcho", "closed", truncate, on_one},
                                         misbehaviour{"AtOnce", "closed", finish, on_one},
                                         misbehaviour{"AnIdleConnection", "closed", finish, idle},
                                         misbehaviour{"BeforeTheEchoInChurn", "closed", finish,
                                                      churn}),
                         name_of);

INSTANTIATE_TEST_SUITE_P(
    Reset, BenchWrongEcho,
    testing::Values(misbehaviour{"AfterSomeFrames", "reset", reset_after_some, on_one},
                    misbehaviour{"BeforeTheFirstEcho", "reset", reset_after_a_frame, on_one},
                    misbehaviour{"InChurn", "reset", reset_after_a_frame, churn}),
    name_of);

/// Frames are the same in every run, so a server may know what will come.
TEST(BenchWrongEchoOfALaterFrame, IsAMismatchThoughItWillBeSent) {
    std::string first_two;
    {
        fake_server recorder([&](fake_peer& client) {
            for (int i = 0; i < 2; ++i) {
                const auto frame = client.receive_frame();
                first_two += frame;
                client.send(frame);
            }
        });
        expect_all_echoed({recorder.address(), "-c", "1", "-n", "2"});
    }
    fake_server hasty([&](fake_peer& client) {
        client.receive_frame();
        client.send(first_two);
        client.ignore();
    });
    const auto [how, result, err] = run_bench({hasty.address(), "-c", "1", "-n", "2"});
    EXPECT_EQ(how, exited(run_failed));
    expect_one_complaint(err, {"mismatch"});
    EXPECT_EQ(result.errors("mismatch"), 1);
}

/// Before the connection counts as made, or after: in a run of its own, or as no connection.
TEST(BenchReset, AtOnceIsToldInOneLine) {
    fake_server server([](fake_peer& client) { client.reset(); });
    for (const auto& flags : {on_one, idle, churn}) {
        SCOPED_TRACE(testing::PrintToString(flags));
        const auto result =
            run(bench_with(flags, {server.address(), "-w", "0s"}), 300ms + bench_grace);
        EXPECT_EQ(result.how, exited(run_failed));
        expect_one_complaint(result.err, {"reset"});
    }
}

}  // namespace
}  // namespace pulsar::test::bench_wrong_echo_test
