// The units that are installed for systemd: it takes them, finds little that they leave open, and
// the daemon lives in what they allow.

#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/deadline.hpp"
#include "support/expect_echo.hpp"
#include "support/held_socket.hpp"
#include "support/http.hpp"
#include "support/installed.hpp"
#include "support/pages.hpp"
#include "support/pattern.hpp"
#include "support/process.hpp"
#include "support/sanitizers.hpp"
#include "support/skip_without.hpp"
#include "support/temp_dir.hpp"
#include "support/text.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

namespace pulsar::test::units_test {
namespace {

using strings = std::vector<std::string>;

const strings unit_names{"pulsar.service", "pulsar-activated.service", "pulsar.socket"};

outcome systemd_analyze(const strings& arguments, const std::string& manual_pages = "") {
    launch how;
    how.command = {"systemd-analyze"};
    how.command.insert(how.command.end(), arguments.begin(), arguments.end());
    how.environment = {"SYSTEMD_COLORS=0", "SYSTEMD_PAGER=", "MANPATH=" + manual_pages};
    return run(how);
}

class Units : public testing::Test {
  protected:
    void SetUp() override {
        const bool here = systemd_analyze({"--version"}).how == exited(0) &&
                          run({.command = {"man", "--version"}}).how == exited(0);
        if (!here) skip_without("systemd-analyze and man");
    }

    [[nodiscard]] std::string path(const std::string& unit) const {
        return prefix_ / "lib/systemd/system/" + unit;
    }

    void expect_silence_of_verify(const strings& of_pages = {}) const {
        strings arguments{"verify"};
        for (const auto& units : {unit_names, of_pages}) {
            for (const auto& unit : units)
                arguments.push_back(path(unit));
        }
        const auto result = systemd_analyze(arguments, prefix_ / "share/man");
        EXPECT_EQ(result.how, exited(0));
        EXPECT_EQ(result.out + result.err, "");
    }

    void expect_exposure(const std::string& unit, const std::string& tenths) const {
        const auto result =
            systemd_analyze({"security", "--offline=true", "--threshold=" + tenths, path(unit)});
        EXPECT_EQ(result.how, exited(0)) << result.out << result.err;
        EXPECT_TRUE(contains(result.out, "Overall exposure level for " + unit));
    }

  private:
    installed prefix_;
};

TEST_F(Units, SystemdHasNothingToSay) {
    expect_silence_of_verify();
}

TEST_F(Units, LeaveLittleOpen) {
    expect_exposure("pulsar.service", "12");
    expect_exposure("pulsar-activated.service", "5");
}

TEST_F(Units, DoNotRunBesideEachOther) {
    const auto activated = read_file(path("pulsar-activated.service"));
    EXPECT_TRUE(contains(activated, "\nConflicts=pulsar.service\n"));
    EXPECT_TRUE(contains(read_file(path("pulsar.service")),
                         "\nConflicts=pulsar.socket pulsar-activated.service\n"));
}

TEST_F(Units, OfSocketAndServiceNameTheSameDescriptor) {
    const auto name =
        pattern("\nFileDescriptorName=(.*)\n").all_in(read_file(path("pulsar.socket"))).at(0).at(1);
    EXPECT_TRUE(
        contains(read_file(path("pulsar-activated.service")), " --listen fd:" + name + "\n"));
}

TEST_F(Units, StartWithFlagsThatAreAccepted) {
    for (const auto* unit : {"pulsar.service", "pulsar-activated.service"}) {
        const auto started =
            pattern("\nExecStart=(.*)\n").all_in(read_file(path(unit))).at(0).at(1);
        const auto result = run({.command = {"/bin/sh", "-c", started + " --print-config"}});
        EXPECT_EQ(result.how, exited(0)) << result.err;
    }
}

/// A block is marked with the unit that it is a drop-in for, or with the name of a socket of its
/// own.
TEST_F(Units, TakeTheDropInsAndSocketsOfThePages) {
    const auto blocks = blocks_of_all_pages({"ini"});
    ASSERT_FALSE(blocks.empty());
    strings sockets;
    for (const auto& block : blocks) {
        SCOPED_TRACE(where(block));
        if (std::ranges::find(unit_names, block.mark) != unit_names.end()) {
            std::filesystem::create_directory(path(block.mark + ".d"));
            write_file(path(block.mark + ".d/override.conf"), block.content);
        } else {
            ASSERT_TRUE(pattern("pulsar-\\w+\\.socket").matches(block.mark)) << block.mark;
            write_file(path(block.mark), block.content);
            sockets.push_back(block.mark);
        }
        expect_silence_of_verify(sockets);
    }
}

/// With the system call that is refused besides those that the unit does not allow.
class UnitFilter : public testing::TestWithParam<std::string> {
  protected:
    void SetUp() override {
        if (sanitized() && GetParam() != "nothing")
            GTEST_SKIP() << "a sanitizer does not start without it";
        launch probe;
        probe.command = {"/bin/sh", "-c",
                         "systemd-analyze syscall-filter && /usr/bin/python3 -c 'import seccomp'"};
        if (run(probe).how != exited(0)) skip_without("systemd-analyze and python3-seccomp");
    }

    /// What comes before a command.
    static launch sandboxed(const std::string& unit = "pulsar.service") {
        launch how;
        how.command = {"/bin/sh",
                       "-c",
                       "ulimit -S -n 256 && exec /usr/bin/python3 \"$@\"",
                       "sh",
                       PULSAR_SOURCE_DIR "/tests/support/under_unit.py",
                       PULSAR_SOURCE_DIR "/src/packaging/" + unit,
                       GetParam()};
        how.environment = {"ASAN_OPTIONS=detect_leaks=0"};  // which takes ptrace(2)
        return how;
    }
};

TEST_P(UnitFilter, LetsTheDaemonServe) {
    const temp_dir dir;
    const auto path = "unix:" + (dir / "socket");
    daemon pulsar({"--listen", "localhost:0", "--listen", path, "--unix-mode", "0660", "--admin",
                   "127.0.0.1:0", "--heartbeat-interval", "500ms"},
                  sandboxed());
    auto silent = served(path);
    EXPECT_EQ(silent.receive_exactly(13), frame("HEARTBEAT"));
    auto large = served(pulsar.address());
    const auto megabyte = frame(std::string(1 << 20, 'x'));
    large.send_all(megabyte);
    EXPECT_EQ(large.receive_exactly(megabyte.size()), megabyte);
    EXPECT_EQ(number(pulsar.report(), "frames"), 3);
    const auto metrics = http_get(pulsar.admin_address(), "/metrics");
    EXPECT_TRUE(contains(metrics.body, "\nprocess_open_fds "));
    EXPECT_TRUE(contains(metrics.body, "\nprocess_cpu_seconds_total "));
    pulsar.expect_orderly_exit();
}

TEST_P(UnitFilter, LetsTheDaemonServeOnAHandedSocketOfAnotherFamily) {
    const temp_dir dir;
    const held_socket socket;
    auto how = sandboxed("pulsar-activated.service");
    how.handed = {socket.descriptor()};
    daemon pulsar({"--listen", "fd:3", "--admin", "unix:" + (dir / "admin")}, how);
    EXPECT_EQ(pulsar.address(), socket.address());
    expect_echo(socket.address());
    EXPECT_TRUE(contains(http_get(pulsar.admin_address(), "/metrics").body, "\nprocess_open_fds "));
    pulsar.expect_orderly_exit();
}

TEST_P(UnitFilter, LetsTheDaemonReopenItsLog) {
    const temp_dir dir;
    const auto log = dir / "log";
    auto how = sandboxed();
    for (const auto& word : pulsar_with({"--listen", "127.0.0.1:0", "--log-file", log}).command)
        how.command.push_back(word);
    process pulsar(how);
    const auto logs = [&](const std::string& words) {
        return eventually([&] { return holds(log, words); });
    };
    ASSERT_TRUE(logs("server: started"));
    std::filesystem::rename(log, dir / "old");
    pulsar.send(SIGHUP);
    EXPECT_TRUE(logs("log: reopened"));
    pulsar.send(SIGTERM);
    EXPECT_EQ(pulsar.wait(), exited(0));
    EXPECT_TRUE(logs("server: stopped"));
}

/// A limit that may not be raised bounds the connections, and one that may not be read does not.
TEST_P(UnitFilter, LetsTheDaemonKnowHowManyFilesItMayOpen) {
    daemon pulsar({"--threads", "1"}, sandboxed());
    const auto lowered = pulsar.events("server", "max connections lowered");
    const bool bounded = !lowered.empty() && number(lowered.front(), "open_files") == 256;
    EXPECT_EQ(bounded, GetParam() == "setrlimit");
    pulsar.expect_orderly_exit();
}

INSTANTIATE_TEST_SUITE_P(Without, UnitFilter, testing::Values("nothing", "setrlimit", "prlimit64"),
                         [](const auto& refused) { return refused.param; });

}  // namespace
}  // namespace pulsar::test::units_test
