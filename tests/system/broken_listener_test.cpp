#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/frames.hpp"
#include "support/process.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace pulsar::test {
namespace {

launch strace(const std::vector<std::string>& arguments) {
    launch how;
    how.command = {"strace"};
    how.command.insert(how.command.end(), arguments.begin(), arguments.end());
    return how;
}

/// Attaches strace, which makes accepts of the daemon fail: all from then on, or those that a
/// `:when=` after the error's name selects.
class fault_injector {
  public:
    fault_injector(pid_t pid, const std::string& error)
        : strace_(strace({"-f", "-e", "trace=accept,accept4", "-e",
                          "inject=accept,accept4:error=" + error, "-p", std::to_string(pid)})) {
        wait_for(" attached");
    }

    void wait_for_fault() { wait_for("(INJECTED)"); }

  private:
    void wait_for(std::string_view words) {
        const auto has_words = [&](std::string_view line) { return line.find(words) != line.npos; };
        if (!strace_.err().wait_for_line(has_words)) throw std::runtime_error(strace_.transcript());
    }

    process strace_;
};

class BrokenListener : public testing::Test {
  protected:
    void SetUp() override {
        if (run(strace({"-o", "/dev/null", "true"})).how != exited(0)) {
            GTEST_SKIP() << "needs strace and the right to trace";
        }
        // Its leak check cannot run beside another tracer.
        how.environment = {"ASAN_OPTIONS=detect_leaks=0"};
    }

    launch how;
};

TEST_F(BrokenListener, EndsInADrainAndExit1) {
    daemon pulsar({}, how);
    client existing(pulsar.address());
    existing.send_all(frame("HELLO"));
    EXPECT_EQ(existing.receive_exactly(9), frame("HELLO"));
    fault_injector broken(pulsar.child().pid(), "EINVAL");
    client unlucky(pulsar.address());
    EXPECT_EQ(existing.receive_until_eof(), "");
    existing.close();
    EXPECT_EQ(pulsar.child().wait(), exited(1));
    pulsar.child().out().wait_for_end();
    pulsar.provokes_errors(1);
    EXPECT_EQ(pulsar.events("listener", "broken").size(), 1u);
    EXPECT_EQ(pulsar.events("server", "draining").size(), 1u);
    EXPECT_EQ(number(pulsar.wait_for("server", "stopped"), "drained"), 1);
}

TEST_F(BrokenListener, IsNotOneWhoseClientWentAwayOrWhoseNetworkFails) {
    for (const auto* error :
         {"ECONNABORTED", "EPROTO", "EPERM", "ENETDOWN", "EHOSTUNREACH", "ETIMEDOUT"}) {
        SCOPED_TRACE(error);
        daemon pulsar({}, how);
        fault_injector injector(pulsar.child().pid(), std::string(error) + ":when=1");
        client waiting(pulsar.address());
        waiting.send_all(frame("HELLO"));
        injector.wait_for_fault();
        EXPECT_EQ(waiting.receive_exactly(9), frame("HELLO"));
        waiting.close();
        pulsar.expect_orderly_exit();
    }
}

}  // namespace
}  // namespace pulsar::test
