// Thousands that connect and are gone at once leave nothing behind.

#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/effort.hpp"
#include "support/expect_echo.hpp"
#include "support/fault_injector.hpp"
#include "support/frames.hpp"
#include "support/process_usage.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <functional>
#include <iostream>
#include <ostream>
#include <string>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <vector>

namespace pulsar::test::connect_storm_test {
namespace {

struct storm {
    const char* name;
    std::size_t connections;
    std::function<void(client&)> end;

    friend std::ostream& operator<<(std::ostream& out, const storm& kind) {
        return out << kind.name;
    }
};

class Storm : public testing::TestWithParam<storm> {};

void rage(const std::string& address, std::size_t connections,
          const std::function<void(client&)>& end) {
    constexpr std::size_t threads = 4;
    std::vector<std::thread> workers;
    for (std::size_t n = 0; n < threads; ++n) {
        workers.emplace_back([&] {
            for (std::size_t i = 0; i < connections / threads; ++i) {
                client one(address);
                end(one);
            }
        });
    }
    for (auto& worker : workers)
        worker.join();
}

TEST_P(Storm, LeavesTheDaemonAsItWas) {
    daemon pulsar({"--report-interval", "0s"});
    const auto address = pulsar.address();
    // What the log and the allocator take for the first hundreds is theirs from then on.
    rage(address, 400, GetParam().end);
    pulsar.expect_descriptors_at_baseline();
    const auto before = anonymous_memory(pulsar.child().pid());
    rage(address, GetParam().connections, GetParam().end);
    client still(address);
    expect_echo(still);
    pulsar.expect_descriptors_at_baseline();
    still.close();
    event report;
    EXPECT_TRUE(eventually([&] {
        report = pulsar.report();
        return number(report, "connections") == 0;
    }));
    EXPECT_EQ(number(report, "opened"), number(report, "closed"));
    // A reset can reach a connection that the kernel has not put into the accept queue yet.
    EXPECT_GE(number(report, "opened"), static_cast<std::int64_t>(GetParam().connections / 2));
    EXPECT_EQ(number(report, "refused"), 0);
    const auto after = anonymous_memory(pulsar.child().pid());
    std::cout << number(report, "opened") << " connections; memory " << before / 1024 << " KiB, "
              << after / 1024 << " KiB\n";
    if (effort_by_build(true, false)) {
        EXPECT_LT(after, before + (8 << 20));
    }
    const auto stopped = pulsar.expect_orderly_exit();
    const auto connections = static_cast<std::size_t>(number(stopped, "connections"));
    EXPECT_EQ(pulsar.events("connection", "opened").size(), connections);
    EXPECT_EQ(pulsar.events("connection", "closed").size(), connections);
}

/// Clients that connect as fast as they can, until the object goes.
class connecting {
  public:
    explicit connecting(const std::string& address) {
        for (int i = 0; i < 8; ++i) {
            threads_.emplace_back([this, address] {
                while (!over_) {
                    try {
                        client socket(address);
                        ++connected_;
                    } catch (const std::system_error&) {
                        // Reset, or nobody listens any more.
                    }
                }
            });
        }
    }
    ~connecting() {
        over_ = true;
        for (auto& thread : threads_)
            thread.join();
    }
    connecting(const connecting&) = delete;
    connecting& operator=(const connecting&) = delete;

    [[nodiscard]] int connected() const { return connected_; }

  private:
    std::atomic<bool> over_{false};
    std::atomic<int> connected_{0};
    std::vector<std::thread> threads_;
};

class StormWithoutEnd : public fault_injection {};

/// Who connects to a Unix socket waits for a place in its queue. A daemon whose accepts are late
/// never finds that empty. An abstract socket, since no file is removed that would end the storm.
TEST_F(StormWithoutEnd, DoesNotHoldUpADrain) {
    const auto address = "unix:@pulsar-test-storm-" + std::to_string(::getpid());
    daemon pulsar({"--listen", address, "--backlog", "16", "--drain-timeout", "200ms",
                   "--log-level", "server=info,warn"},
                  how);
    const connecting clients(address);
    ASSERT_TRUE(eventually([&] { return clients.connected() > 1000; }));
    fault_injector late(pulsar.child(), "accept4", "delay_enter=2ms");
    late.wait_for_faults();
    pulsar.child().send(SIGTERM);
    EXPECT_EQ(pulsar.child().wait(), exited(0));
    const auto connections = number(pulsar.wait_for("server", "draining"), "connections");
    std::cout << connections << " connections in the drain\n";
    // As many as the queue holds, and those that were being served.
    EXPECT_LT(connections, 200);
}

INSTANTIATE_TEST_SUITE_P(
    Of, Storm,
    testing::Values(storm{"Resets", effort_by_build<std::size_t>(10'000, 2000),
                          [](client& one) { one.reset(); }},
                    storm{"AByteAndAReset", effort_by_build<std::size_t>(10'000, 2000),
                          [](client& one) {
                              one.send_all("x");
                              one.reset();
                          }},
                    storm{"AFrameAndAReset", effort_by_build<std::size_t>(2000, 500),
                          [](client& one) {
                              one.send_all(frame("HELLO"));
                              one.reset();
                          }},
                    storm{"Fins", effort_by_build<std::size_t>(2000, 500),
                          [](client& one) { one.close(); }}),
    [](const auto& kind) { return std::string(kind.param.name); });

}  // namespace
}  // namespace pulsar::test::connect_storm_test
