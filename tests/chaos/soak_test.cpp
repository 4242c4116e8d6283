// Hundreds of clients at a time that do what comes to their mind, and a model that knows what each
// of them may receive and what the daemon may say of it.

#include "chaos/soak_client.hpp"
#include "chaos/soak_plan.hpp"
#include "support/daemon.hpp"
#include "support/effort.hpp"
#include "support/process_usage.hpp"
#include "support/sanitizers.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace pulsar::test::soak_test {
namespace {

using namespace std::chrono_literals;
using clock = soak_client::clock;

constexpr std::size_t max_frame_size = std::size_t{128} * 1024;
constexpr std::size_t drivers = 2;
constexpr std::size_t at_a_time = 150;  // for each driver
constexpr std::size_t in_a_round = 300;

/// PULSAR_TEST_SEED, to run again what has failed.
unsigned first_seed() {
    const char* given = std::getenv("PULSAR_TEST_SEED");
    return given ? static_cast<unsigned>(std::atoll(given)) : std::random_device()();
}

using clients = std::vector<std::unique_ptr<soak_client>>;

/// An address of a client's own: the port of one that has reset is free at once, and who comes next
/// could have the same name.
std::string own_address(std::size_t driver, std::size_t client) {
    return "127." + std::to_string(driver + 1) + "." + std::to_string(client / 250) + "." +
           std::to_string(client % 250 + 1) + ":0";
}

/// Runs `in_a_round` clients, and stops when all have ended or at the deadline.
clients drive(std::size_t driver, const std::string& address, unsigned seed,
              const deadline& limit) {
    std::mt19937 random(seed);
    clients all;
    std::vector<soak_client*> active;
    std::vector<pollfd> sockets;
    while (!limit.passed()) {
        while (active.size() < at_a_time && all.size() < in_a_round) {
            all.push_back(std::make_unique<soak_client>(address, own_address(driver, all.size()),
                                                        max_frame_size,
                                                        draw_plan(random, max_frame_size)));
            active.push_back(all.back().get());
        }
        std::erase_if(active, [](const soak_client* one) { return one->ended(); });
        if (active.empty() && all.size() == in_a_round) break;
        auto now = clock::now();
        auto wakes_at = now + 50ms;
        sockets.clear();
        for (const auto* one : active) {
            sockets.push_back(one->wish(now));
            wakes_at = std::min(wakes_at, one->wakes_at(now));
        }
        const auto wait = std::chrono::ceil<std::chrono::milliseconds>(wakes_at - now);
        ::poll(sockets.data(), sockets.size(), static_cast<int>(wait.count()));
        now = clock::now();
        for (std::size_t i = 0; i < active.size(); ++i) {
            if (sockets[i].revents != 0) active[i]->advance(sockets[i].revents, now);
        }
    }
    return all;
}

class Soak : public testing::Test {
  protected:
    void run_round(unsigned seed) {
        std::vector<clients> of_driver(drivers);
        std::vector<std::thread> threads;
        for (std::size_t i = 0; i < drivers; ++i) {
            threads.emplace_back([&, i] {
                of_driver[i] = drive(i, address_, seed + static_cast<unsigned>(i), 60s);
            });
        }
        for (auto& thread : threads)
            thread.join();
        const auto closed = closed_by_peer();
        for (const auto& all : of_driver) {
            for (const auto& one : all) {
                const auto found = closed.find(one->local_address());
                ASSERT_TRUE(one->ended()) << one->local_address();
                ASSERT_NE(found, closed.end()) << one->local_address();
                ASSERT_EQ(one->fault(found->second), "");
            }
        }
        expect_baseline();
    }

    std::map<std::string, event> closed_by_peer() {
        opened_ += drivers * in_a_round;
        std::map<std::string, event> result;
        for (auto& one :
             pulsar_.wait_for_count(drivers * in_a_round, "connection", "closed", 30s)) {
            frames_ += number(one, "frames");
            bytes_in_ += number(one, "bytes_in");
            bytes_out_ += number(one, "bytes_out");
            const auto peer = text(one, "peer");
            EXPECT_TRUE(result.emplace(peer, std::move(one)).second) << peer;
        }
        return result;
    }

    void expect_baseline() {
        pulsar_.expect_descriptors_at_baseline();
        pulsar_.child().send(SIGUSR1);
        const auto report = pulsar_.wait_for("registry", "report");
        EXPECT_EQ(number(report, "connections"), 0);
        EXPECT_EQ(number(report, "opened"), opened_);
        EXPECT_EQ(number(report, "closed"), opened_);
        EXPECT_EQ(number(report, "frames"), frames_);
        EXPECT_EQ(number(report, "bytes_in"), bytes_in_);
        EXPECT_EQ(number(report, "bytes_out"), bytes_out_);
        EXPECT_TRUE(pulsar_.events("log", "dropped").empty());
        pulsar_.forget_events();
        const auto resident = [&] { return anonymous_memory(pulsar_.child().pid()) >> 20; };
        if (baseline_ == 0) baseline_ = resident();
        if (sanitized()) return;
        // What loops have kept for the next frames goes back half a second later.
        EXPECT_TRUE(eventually([&] { return resident() <= baseline_ + 16; }));
        largest_ = std::max(largest_, resident());
    }

    daemon pulsar_{{"--threads", "2", "--heartbeat-interval", "4ms", "--report-interval", "0s",
                    "--max-frame-size", std::to_string(max_frame_size)}};
    const std::string address_ = pulsar_.address();
    std::int64_t opened_ = 0;
    std::int64_t frames_ = 0;
    std::int64_t bytes_in_ = 0;
    std::int64_t bytes_out_ = 0;
    std::size_t baseline_ = 0;  // resident, after the first round
    std::size_t largest_ = 0;
};

TEST_F(Soak, EveryStreamIsRightToTheLastByteAndNothingIsLeftBehind) {
    const auto seed = first_seed();
    const auto end = clock::now() + effort<std::chrono::seconds>(30s, 3600s);
    unsigned rounds = 0;
    for (; clock::now() < end && !HasFailure(); ++rounds) {
        SCOPED_TRACE("PULSAR_TEST_SEED=" + std::to_string(seed + rounds * drivers));
        ASSERT_NO_FATAL_FAILURE(run_round(seed + rounds * static_cast<unsigned>(drivers)));
    }
    std::cout << rounds << " rounds from seed " << seed << ": " << opened_ << " clients, "
              << frames_ << " frames, " << bytes_out_ << " bytes sent, resident " << baseline_
              << " to " << largest_ << " MiB\n";
    pulsar_.expect_orderly_exit();
}

}  // namespace
}  // namespace pulsar::test::soak_test
