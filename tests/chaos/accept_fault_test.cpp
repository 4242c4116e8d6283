// accept(2) that fails (see system_call_fault_test.cpp for the other calls).

#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/expect_echo.hpp"
#include "support/fault_injector.hpp"
#include "support/process_usage.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace pulsar::test::accept_fault_test {
namespace {

using namespace std::chrono_literals;

class AcceptFault : public fault_injection {};

/// A daemon that serves a client and can accept no other, since every accept fails with `error`.
class daemon_that_cannot_accept {
  public:
    daemon_that_cannot_accept(const std::string& error, const launch& how)
        : error_(error), pulsar_({}, how), existing_(pulsar_.address()) {
        expect_echo(existing_);
        injector_.emplace(pulsar_.child(), "accept,accept4", error);
        waiting_.emplace(pulsar_.address());
        waiting_->send_all(frame("HELLO"));
    }

    void expect_a_warning() {
        const auto warning = pulsar_.wait_for("listener", "accept failed");
        EXPECT_EQ(text(warning, "level"), "warn") << error_;
        EXPECT_NE(text(warning, "reason"), "") << error_;
        faults_before_ = injector_->faults();
        used_before_ = cpu_time(pid());
    }

    /// Since the warning.
    void expect_no_spin(std::chrono::duration<double> elapsed, std::size_t accepts_per_try) {
        EXPECT_LT(cpu_time(pid()) - used_before_, 200ms * patience()) << error_;
        constexpr double most_tries_per_second = 10;
        const auto tries = 1 + elapsed.count() * most_tries_per_second;
        EXPECT_LE(static_cast<double>(injector_->faults() - faults_before_),
                  tries * static_cast<double>(accepts_per_try))
            << error_;
        expect_echo(existing_);
        EXPECT_EQ(pulsar_.events("listener", "accept failed").size(), 1u) << error_;
    }

    void expect_recovery() {
        injector_->wait_for_faults(injector_->faults() + 1);  // in the midst of its next tries
        injector_->detach();
        EXPECT_EQ(waiting_->receive_exactly(9), frame("HELLO")) << error_;
        waiting_->close();
        existing_.close();
        pulsar_.expect_orderly_exit();
    }

  private:
    [[nodiscard]] pid_t pid() { return pulsar_.child().pid(); }

    std::string error_;
    daemon pulsar_;
    client existing_;
    std::optional<fault_injector> injector_;
    std::optional<client> waiting_;
    std::size_t faults_before_ = 0;
    std::chrono::milliseconds used_before_{0};
};

void expect_patience(const std::vector<std::string>& errors, std::size_t accepts_per_try,
                     const launch& how) {
    // All at the same time, since each takes a second.
    std::vector<std::unique_ptr<daemon_that_cannot_accept>> daemons;
    for (const auto& error : errors)
        daemons.push_back(std::make_unique<daemon_that_cannot_accept>(error, how));
    for (auto& pulsar : daemons)
        pulsar->expect_a_warning();
    const auto from = std::chrono::steady_clock::now();
    std::this_thread::sleep_for(1s);  // what is measured: the CPU time of a second
    for (auto& pulsar : daemons)
        pulsar->expect_no_spin(std::chrono::steady_clock::now() - from, accepts_per_try);
    for (auto& pulsar : daemons)
        pulsar->expect_recovery();
}

TEST_F(AcceptFault, AShortageIsWaitedOutWithoutSpinningAndServedAfter) {
    expect_patience({"EMFILE", "ENFILE", "ENOBUFS", "ENOMEM"}, 1, how);
}

TEST_F(AcceptFault, ANetworkThatFailsForLongIsWaitedOutWithoutSpinningAndServedAfter) {
    constexpr std::size_t accepts_per_turn = 64;
    expect_patience({"ECONNABORTED", "EPROTO", "ENETDOWN"}, accepts_per_turn, how);
}

TEST_F(AcceptFault, DoesNotHoldUpADrain) {
    daemon pulsar({}, how);
    client existing(pulsar.address());
    expect_echo(existing);
    fault_injector injector(pulsar.child(), "accept,accept4", "ENFILE");
    client waiting(pulsar.address());
    injector.wait_for_faults();
    pulsar.child().send(SIGTERM);
    EXPECT_EQ(existing.receive_until_eof(), "");
    existing.close();
    waiting.receive_until_closed();
    waiting.close();
    pulsar.expect_orderly_end();
}

}  // namespace
}  // namespace pulsar::test::accept_fault_test
