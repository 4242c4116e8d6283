// With --reconnect, a connection that ends is made again, and nothing is lost by it.

#include "support/bench.hpp"
#include "support/fake_server.hpp"
#include "support/frames.hpp"
#include "support/full_queue.hpp"
#include "support/process_usage.hpp"
#include "support/temp_dir.hpp"
#include "support/text.hpp"
#include "support/unique_fd.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <iterator>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <thread>
#include <vector>

namespace pulsar::test::bench_reconnect_test {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
using strings = std::vector<std::string>;

/// A run with --reconnect and without a warm-up.
strings with(const std::string& address, const strings& flags) {
    strings all{address, "--reconnect", "-w", "0s"};
    all.insert(all.end(), flags.begin(), flags.end());
    return all;
}

/// Says and does nothing for that long.
void wait(const fake_peer& client, milliseconds time) {
    std::vector<pollfd> nothing;
    client.poll(nothing, static_cast<int>(time.count()));
}

TEST(BenchReconnect, SendsAgainWhatWasNotEchoed) {
    std::mutex mutex;
    std::vector<strings> received(4);  // by connection
    fake_server server([&](fake_peer& client) {
        for (int i = 0;; ++i) {
            auto frame = client.receive_frame();
            {
                const std::lock_guard lock(mutex);
                received.at(client.number()).push_back(frame);
            }
            if (i == 3) {
                wait(client, 50ms);
                client.close();
            }
            client.send(frame);
        }
    });
    const auto result = expect_all_echoed(with(server.address(), {"-c", "1", "-n", "10"}));
    EXPECT_EQ(result.count("frames"), 10);
    EXPECT_EQ(result.disconnects("closed"), 3);
    EXPECT_EQ(result.disconnects(), 3);
    EXPECT_EQ(result.resent_frames(), 3);
    EXPECT_EQ(result.outages(), 3);
    EXPECT_GT(result.outage_s("longest_s"), 0);
    EXPECT_LE(result.outage_s("longest_s"), result.outage_s("sum_s"));
    EXPECT_GE(result.latency_ms("max"), 50) << "from when it was sent first";
    const std::lock_guard lock(mutex);
    for (std::size_t i = 1; i < received.size(); ++i) {
        ASSERT_EQ(received[i - 1].size(), 4U);
        EXPECT_EQ(received[i].front(), received[i - 1].back());
    }
    EXPECT_EQ(received.back().size(), 1U);
}

TEST(BenchReconnect, SurvivesAResetInAPipeline) {
    fake_server server([](fake_peer& client) {
        if (client.number() == 3) echo_all(client);
        echo(client, 2);
        client.receive_frame();
        client.reset();
    });
    const auto result =
        expect_all_echoed(with(server.address(), {"-c", "1", "-n", "100", "-p", "8"}));
    EXPECT_EQ(result.count("frames"), 100);
    EXPECT_EQ(result.disconnects("reset"), 3);
    EXPECT_EQ(result.disconnects(), 3);
    EXPECT_GE(result.resent_frames(), 3);
    EXPECT_LE(result.resent_frames(), 3 * 8);
}

TEST(BenchReconnect, ExpectsAnEchoThatWasCutFromItsBeginning) {
    fake_server server([](fake_peer& client) {
        const auto frame = client.receive_frame();
        if (client.number() == frame.size()) {
            client.send(frame);
            echo_all(client);
        }
        client.send(frame.substr(0, client.number()));
        client.close();
    });
    const auto result =
        expect_all_echoed(with(server.address(), {"-c", "1", "-n", "2", "-s", "4B"}), 30s);
    EXPECT_EQ(result.count("frames"), 2);
    EXPECT_EQ(result.disconnects("closed"), 8) << "with 0 to 7 bytes of the echo";
    EXPECT_EQ(result.resent_frames(), 8);
    EXPECT_EQ(result.outages(), 1) << "it lasts until an echo has come";
}

TEST(BenchReconnect, IsAsStrictAsBefore) {
    fake_server server([](fake_peer& client) {
        auto frame = client.receive_frame();
        if (client.number() == 0) client.close();
        frame.back() = static_cast<char>(frame.back() ^ 1);
        client.send(frame);
        client.ignore();
    });
    const auto [how, result, err] =
        run_bench(with(server.address(), {"-c", "1", "-d", "1h"}), bench_grace);
    EXPECT_EQ(how, exited(run_failed));
    expect_one_complaint(err, {"mismatch"});
    EXPECT_EQ(result.errors("mismatch"), 1);
    EXPECT_EQ(result.errors(), 1);
    EXPECT_EQ(result.count("lost_frames"), 1);
    EXPECT_EQ(result.disconnects(), 1);
}

TEST(BenchReconnect, TakesNoEchoOfWhatItHasNotSentAgain) {
    std::string both;
    fake_server server([&](fake_peer& client) {
        if (client.number() == 0) {
            both = client.receive_frame();
            both += client.receive_frame();
            client.close();
        }
        client.send(both);
        client.stall();  // more than a socket takes is on its way
    });
    const auto [how, result, err] =
        run_bench(with(server.address(), {"-c", "1", "-d", "1h", "-p", "2", "-s", "20MiB"}), 20s);
    EXPECT_EQ(how, exited(run_failed));
    EXPECT_EQ(result.errors("mismatch"), 1) << err;
}

/// When the connections of a client came that has none served.
class arrivals {
  public:
    void note() {
        const std::lock_guard lock(mutex_);
        times_.push_back(steady_clock::now());
    }
    [[nodiscard]] std::size_t count() const {
        const std::lock_guard lock(mutex_);
        return times_.size();
    }

    /// Expects the pauses that grow, of what began no earlier than at `begin`.
    void expect_pauses_since(steady_clock::time_point begin) const {
        const std::lock_guard lock(mutex_);
        const milliseconds earliest[] = {0ms, 0ms, 10ms, 30ms, 70ms, 150ms, 310ms, 630ms};
        ASSERT_GE(times_.size(), std::size(earliest));
        for (std::size_t i = 0; i < std::size(earliest); ++i)
            EXPECT_GE(times_[i], begin + earliest[i]) << i;
    }

  private:
    mutable std::mutex mutex_;
    std::vector<steady_clock::time_point> times_;
};

TEST(BenchReconnect, PausesUntilAnEchoHasCome) {
    arrivals connections;
    fake_server server([&](fake_peer& client) {
        connections.note();
        client.receive_frame();
        client.close();
    });
    const auto begin = steady_clock::now();
    process bench(bench_with(
        with(server.address(), {"-c", "1", "-d", "1h", "--timeout", "100ms", "--json"})));
    EXPECT_TRUE(eventually([&] { return connections.count() == 8; }));
    bench.send(SIGINT);
    const auto [how, result, err] = finish(bench, bench_grace);
    EXPECT_EQ(how, exited(run_failed));
    expect_one_complaint(err, {"timeout", "of the end"});
    connections.expect_pauses_since(begin);
    const auto count = static_cast<std::int64_t>(connections.count());
    EXPECT_LE(result.disconnects(), count);
    EXPECT_GE(result.disconnects(), count - 1) << "the last, perhaps, too late";
    EXPECT_EQ(result.outages(), 1);
    EXPECT_GT(result.outage_s("sum_s"), 0.6);
    EXPECT_LE(result.outage_s("sum_s"), result.real("duration_s"));
    EXPECT_EQ(result.outage_s("longest_s"), result.outage_s("sum_s"));
}

TEST(BenchReconnect, CountsWhatIsMeasured) {
    fake_server server([&](fake_peer& client) {
        if (client.number() > 0) echo_all(client);
        client.receive_frame();
        client.close();
    });
    const auto result =
        expect_all_echoed({server.address(), "--reconnect", "-c", "1", "-w", "1s", "-n", "100"});
    EXPECT_EQ(result.count("frames"), 100);
    EXPECT_EQ(result.disconnects(), 0);
    EXPECT_EQ(result.resent_frames(), 0);
    EXPECT_EQ(result.outages(), 0);
}

/// Where a server holds the first connections of a run in `idle` until that has begun: what happens
/// before is not counted.
class starting_gate {
  public:
    void hold(const fake_peer& client) {
        ++held_;
        std::vector<pollfd> until{{open_.get(), POLLIN, 0}};
        client.poll(until, -1);
    }

    /// Runs it with so many connections.
    bench_run run(const fake_server& server, int connections, const strings& flags,
                  deadline limit) {
        const auto bench = start(server, connections, flags);
        open();
        return finish(*bench, limit);
    }

    /// The same in steps: the run, which has begun, and then what it waits for.
    std::unique_ptr<process> start(const fake_server& server, int connections, strings flags) {
        flags.insert(flags.end(), {"--json", "--mode", "idle", "-c", std::to_string(connections)});
        auto bench = std::make_unique<process>(bench_with(with(server.address(), flags)));
        EXPECT_TRUE(eventually([&] { return held_ == connections && sleeps(bench->pid()); }));
        return bench;
    }
    void open() const { EXPECT_EQ(::eventfd_write(open_.get(), 1), 0); }

  private:
    std::atomic<int> held_ = 0;
    unique_fd open_{::eventfd(0, EFD_CLOEXEC)};
};

TEST(BenchReconnect, HoldsIdleConnections) {
    starting_gate gate;
    fake_server server([&](fake_peer& client) {
        if (client.number() < 3) {
            gate.hold(client);
            client.close();
        }
        client.send(heartbeat);
        client.ignore();
    });
    const auto run = gate.run(server, 3, {"-d", "1s"}, 1s + bench_grace);
    expect_all_echoed(run);
    const auto& result = run.result;
    EXPECT_EQ(result.disconnects("closed"), 3);
    EXPECT_EQ(result.disconnects(), 3);
    EXPECT_EQ(result.outages(), 3);
    EXPECT_LT(result.outage_s("longest_s"), 0.5) << "until the connect";
    EXPECT_EQ(result.count("heartbeats"), 3);
    EXPECT_EQ(result.resent_frames(), 0);
}

TEST(BenchReconnect, DoesNotHammerAServerThatHoldsNoConnection) {
    starting_gate gate;
    arrivals connections;
    fake_server server([&](fake_peer& client) {
        if (client.number() == 0) gate.hold(client);
        connections.note();
        client.close();
    });
    auto bench = gate.start(server, 1, {"-d", "1h", "--timeout", "100ms"});
    const auto begin = steady_clock::now();
    gate.open();
    EXPECT_TRUE(eventually([&] { return connections.count() >= 8; }));
    bench->send(SIGINT);
    const auto run = finish(*bench, bench_grace);
    connections.expect_pauses_since(begin);
    const auto count = static_cast<std::int64_t>(connections.count());
    EXPECT_LE(run.result.disconnects("closed"), count);
    EXPECT_GE(run.result.disconnects("closed"), count - 1) << "the last, perhaps, too late";
}

TEST(BenchReconnect, IsQuickWhereAConnectionHasHeld) {
    starting_gate gate;
    std::atomic<int> connections = 0;
    fake_server server([&](fake_peer& client) {
        if (++connections == 1) gate.hold(client);
        if (client.number() < 5) client.close();  // that makes pauses of 160 ms
        wait(client, 1100ms);
        if (client.number() < 7) client.close();
        client.ignore();
    });
    const auto run = gate.run(server, 1, {"-d", "3s"}, 3s + bench_grace);
    expect_all_echoed(run);
    EXPECT_EQ(connections, 8);
    EXPECT_EQ(run.result.disconnects(), 7);
    EXPECT_EQ(run.result.outages(), 7);
    EXPECT_LT(run.result.outage_s("sum_s"), 0.3) << "0, 10, 20, 40, 80 ms, and twice at once";
}

TEST(BenchReconnect, NeedsAServerAtTheStart) {
    std::string address;
    {
        const fake_server gone(echo_all);
        address = gone.address();
    }
    for (const auto* mode : {"echo", "idle"}) {
        expect_refusal(with(address, {"-d", "1h", "--mode", mode}), 1,
                       {address, "Connection refused"}, bench_grace);
    }
}

/// Waits until a run on that many connections to a daemon, which reports often, has begun on each
/// of them: what happens before that is not counted.
void wait_until_begun(daemon& pulsar, const process& bench, std::size_t connections) {
    const deadline limit;
    pulsar.wait_for_count(connections, "connection", "opened", limit);
    std::set<std::int64_t> busy;
    const auto has_begun = [&] {
        for (const auto& active : pulsar.events("registry", "active"))
            if (number(active, "frames") > 0) busy.insert(number(active, "conn"));
        return busy.size() == connections || sleeps(bench.pid());
    };
    EXPECT_TRUE(eventually(has_begun, limit));
}

/// Of five connections to a daemon that is killed. What connects before its listener is closed too
/// ends once more; an attempt that is refused counts as none.
void expect_disconnects_of_five(const bench_result& result) {
    EXPECT_GE(result.disconnects(), 5);
    EXPECT_LE(result.disconnects(), 10);
    EXPECT_EQ(result.disconnects("refused"), 0);
    EXPECT_EQ(result.sum_of_seconds("disconnects"), static_cast<double>(result.disconnects()));
    const bool idle = text(result.object(), "mode") == "idle";
    EXPECT_EQ(result.outages(), idle ? result.disconnects() : 5) << "until a connect, or an echo";
    EXPECT_NEAR(result.sum_of_seconds("outage_s"), result.outage_s("sum_s"), 1e-6);
}

/// What is counted where the daemon did not come back.
void expect_gone(const bench_run& run) {
    EXPECT_EQ(run.how, exited(run_failed));
    expect_one_complaint(run.err, {"5 x timeout", "not restored within 300ms of the end"});
    EXPECT_EQ(run.result.errors("timeout"), 5);
    EXPECT_EQ(run.result.errors(), 5);
    expect_disconnects_of_five(run.result);
    EXPECT_LE(run.result.outage_s("longest_s"), 1);
    EXPECT_LE(run.result.outage_s("sum_s"), 5);
    EXPECT_DOUBLE_EQ(run.result.real("duration_s"), 1);
}

TEST(BenchReconnect, GivesUpOnWhatIsNotRestoredInTime) {
    for (const std::string mode : {"echo", "idle"}) {
        SCOPED_TRACE(mode);
        // A port of 127.0.0.1 may be another test's, once its owner is gone.
        daemon pulsar({reports_often, "--listen", "127.0.0.3:0"});
        process bench(bench_with(with(pulsar.address(), {"-c", "5", "-d", "1s", "--timeout",
                                                         "300ms", "--json", "--mode", mode})));
        wait_until_begun(pulsar, bench, 5);
        pulsar.child().send(SIGKILL);
        const auto run = finish(bench, 1s + bench_grace);
        expect_gone(run);
        EXPECT_EQ(run.result.count("lost_frames"), mode == "idle" ? 0 : 5);
    }
}

/// A server that a test drives, and whose accept queue it can fill.
class driven_server : public short_queue {
  public:
    fake_peer accept() {
        return {unique_fd(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC)), 0, never_};
    }

  private:
    unique_fd never_{::eventfd(0, EFD_CLOEXEC)};
};

TEST(BenchReconnect, TriesAgainWhereAConnectTakesTooLong) {
    driven_server server;
    process bench(
        bench_with(with(server.address(), {"-c", "1", "-n", "2", "--timeout", "200ms", "--json"})));
    {
        auto client = server.accept();
        echo(client, 1);
        server.fill();
        client.receive_frame();
    }
    // The kernel sends a SYN again after 1 s, and then after 2 s or 3 s.
    std::this_thread::sleep_for(1100ms);
    server.empty();
    for (bool echoed = false; !echoed;) {
        auto client = server.accept();
        try {
            echo(client, 1);
            echoed = true;
        } catch (const std::exception&) {  // one that was waiting, or that was given up
        }
    }
    const auto run = finish(bench, bench_grace);
    expect_all_echoed(run);
    EXPECT_EQ(run.result.disconnects("closed"), 1);
    EXPECT_EQ(run.result.disconnects(), 1) << "and none for an attempt";
    EXPECT_GE(run.result.outage_s("longest_s"), 1.1);
    EXPECT_LT(run.result.outage_s("longest_s"), 1.9);
}

TEST(BenchReconnect, ANumberOfFramesIsNotWaitedForWithoutEnd) {
    fake_server server([](fake_peer& client) {
        if (client.number() == 0) echo(client, 1);
        client.receive_frame();
        client.close();
    });
    const auto [how, result, err] =
        run_bench(with(server.address(), {"-c", "1", "-n", "100"}), 7s + bench_grace);
    EXPECT_EQ(how, exited(run_failed));
    EXPECT_EQ(result.errors("timeout"), 1) << err;
    EXPECT_EQ(result.count("frames"), 1);
}

TEST(BenchReconnect, ARunThatSilenceEndsBeforeAllFramesHasFailed) {
    fake_server server([](fake_peer& client) {
        echo(client, 3);
        const auto late = client.receive_frame();
        wait(client, 7s);  // the run ends after the sixth second, and this is in time
        client.send(late);
        echo_all(client);
    });
    const auto [how, result, err] = run_bench(
        with(server.address(), {"-c", "1", "-n", "100", "--timeout", "10s"}), 9s + bench_grace);
    EXPECT_EQ(how, exited(run_failed));
    expect_one_complaint(err, {"5 s without an echo"});
    EXPECT_LT(result.count("frames"), 100);
}

TEST(BenchReconnect, ReportsItsDisconnectsWhereNothingWasEchoed) {
    fake_server server([](fake_peer& client) {
        client.receive_frame();
        client.close();
    });
    const auto result =
        run(bench_with(with(server.address(), {"-c", "1", "-d", "300ms", "--timeout", "100ms"})));
    EXPECT_EQ(result.how, exited(run_failed));
    EXPECT_TRUE(contains(result.out, "disconnects"));
}

TEST(BenchReconnect, SilenceCountsFromTheLastConnectionThatWasRestored) {
    fake_server server([](fake_peer& client) {
        if (client.number() == 0) {
            echo(client, 1);
            wait(client, 3s);
            client.close();
        }
        wait(client, 4s);
        echo_all(client);
    });
    const auto result =
        expect_all_echoed(with(server.address(), {"-c", "1", "-n", "100"}), 7s + bench_grace);
    EXPECT_EQ(result.count("frames"), 100);
    EXPECT_EQ(result.outages(), 1);
    EXPECT_GE(result.outage_s("longest_s"), 4);
    for (const auto& second : result.object().at("series").as_array())
        EXPECT_LT(second.at("outage_s").to_number<double>(), 1.5) << "each has its own part";
    EXPECT_NEAR(result.sum_of_seconds("outage_s"), result.outage_s("sum_s"), 1e-6);
}

TEST(BenchReconnect, AnOutageIsInTheLatenciesOfAnOpenLoop) {
    daemon first({reports_often});
    const auto address = first.address();
    process bench(
        bench_with(with(address, {"-c", "5", "-d", "2s", "-r", "1000", "-p", "64", "--json"})));
    wait_until_begun(first, bench, 5);
    first.child().send(SIGKILL);
    first.child().wait();
    std::this_thread::sleep_for(300ms);  // that long there is nobody
    daemon second({"--listen", address});
    const auto run = finish(bench, 2s + bench_grace);
    expect_all_echoed(run);
    const auto& result = run.result;
    EXPECT_EQ(result.count("frames"), 2000) << "each that was due";
    EXPECT_EQ(result.count("unsent_frames"), 0);
    expect_disconnects_of_five(result);
    EXPECT_GE(result.outage_s("longest_s"), 0.3);
    EXPECT_GE(result.outage_s("sum_s"), 1.5);
    EXPECT_GE(result.latency_ms("max"), 250);
    EXPECT_GE(result.latency_ms("p90"), 10) << "300 ms of 2 s";
    second.expect_orderly_exit();
}

/// Four restarts under load, by a drain each.
void expect_no_loss(const std::string& listen, const strings& load) {
    SCOPED_TRACE(testing::PrintToString(load));
    constexpr std::size_t connections = 8;
    constexpr int restarts = 4;
    std::optional<daemon> pulsar(std::in_place, strings{reports_often, "--listen", listen});
    const auto address = pulsar->address();
    auto flags = with(address, {"-c", "8", "-t", "2", "-d", "1h", "--json"});
    flags.insert(flags.end(), load.begin(), load.end());
    process bench(bench_with(flags));
    wait_until_begun(*pulsar, bench, connections);
    std::int64_t frames = 0;
    for (int i = 0; i < restarts; ++i) {
        pulsar->wait_for_count(connections, "connection", "opened");
        pulsar->child().send(SIGTERM);
        frames += number(pulsar->expect_orderly_end(), "frames");
        pulsar.emplace(strings{"--listen", address});
    }
    pulsar->wait_for_count(connections, "connection", "opened");
    bench.send(SIGINT);
    const auto run = finish(bench, bench_grace);
    expect_all_echoed(run);
    frames += number(pulsar->expect_orderly_exit(), "frames");
    EXPECT_EQ(run.result.disconnects(), restarts * 8);
    // To close a Unix socket that has unread bytes resets it.
    const auto resets = listen.starts_with("unix:") ? run.result.disconnects("reset") : 0;
    EXPECT_EQ(run.result.disconnects("closed") + resets, restarts * 8);
    EXPECT_EQ(run.result.errors(), 0);
    EXPECT_GE(frames, run.result.count("frames"));
    EXPECT_LE(frames, run.result.count("frames") + run.result.resent_frames());
}

TEST(BenchReconnect, LosesNothingWhereADaemonIsRestarted) {
    const temp_dir dir;
    for (const auto& listen : {std::string("127.0.0.1:0"), "unix:" + (dir / "socket")}) {
        SCOPED_TRACE(listen);
        expect_no_loss(listen, {});
        expect_no_loss(listen, {"-p", "16", "-s", "1-8KiB"});
        expect_no_loss(listen, {"-r", "5000", "-p", "16"});
        expect_no_loss(listen, {"--mode", "idle"});
    }
}

}  // namespace
}  // namespace pulsar::test::bench_reconnect_test
