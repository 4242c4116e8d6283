// The support library must fail when it should, or every test that stands on it is worth nothing.

#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/expect_echo.hpp"
#include "support/expect_time.hpp"
#include "support/frames.hpp"
#include "support/installed.hpp"
#include "support/process.hpp"
#include "support/process_usage.hpp"
#include "support/skip_without.hpp"
#include "support/temp_dir.hpp"
#include "support/text.hpp"

#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <sys/stat.h>

namespace pulsar::test::support_test {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

launch shell(const std::string& script) {
    launch how;
    how.command = {"sh", "-c", script};
    return how;
}

TEST(StreamCheck, AcceptsAPrefixOfTheEcho) {
    const auto sent = frame("one") + frame("") + frame("three");
    for (std::size_t size = 0; size <= sent.size(); ++size) {
        EXPECT_EQ(check_echo(sent, sent.substr(0, size)).problem, "") << size;
    }
    const auto half = check_echo(sent, sent.substr(0, 9));
    EXPECT_EQ(half.frames, 1u);
    EXPECT_EQ(half.partial, 2u);
}

TEST(StreamCheck, CountsHeartbeatsBetweenFrames) {
    const auto sent = frame("one") + frame("two");
    const auto result =
        check_echo(sent, heartbeat + frame("one") + heartbeat + heartbeat + frame("two"));
    EXPECT_EQ(result.problem, "");
    EXPECT_EQ(result.frames, 2u);
    EXPECT_EQ(result.heartbeats, 3u);
    EXPECT_EQ(result.partial, 0u);
}

TEST(StreamCheck, RejectsWhatIsNotTheEcho) {
    const auto sent = frame("one") + frame("two");
    EXPECT_NE(check_echo(sent, frame("two")).problem, "");
    EXPECT_NE(check_echo(sent, frame("one") + frame("one")).problem, "");
    EXPECT_NE(check_echo(sent, sent + "x").problem, "");
    EXPECT_NE(check_echo(sent, sent.substr(0, 5) + heartbeat + sent.substr(5)).problem, "");
    EXPECT_NE(check_echo(frame("cut").substr(0, 6), frame("cut").substr(0, 6)).problem, "");
}

TEST(CompleteFrames, EndBeforeTheFirstThatIsCutOrTooLarge) {
    EXPECT_EQ(complete_frames(frame("one") + header(5) + "cut"), frame("one"));
    EXPECT_EQ(complete_frames(frame("one") + frame("large") + frame("x"), 4), frame("one"));
    EXPECT_EQ(complete_frames(frame("one") + "GET / HTTP/1.1"), frame("one"));
}

TEST(Json, RejectsWhatIsNotOneObjectALine) {
    EXPECT_THROW(parse_line("{} {}"), std::runtime_error);
    EXPECT_THROW(parse_line("[]"), std::runtime_error);
    EXPECT_THROW(parse_line(R"({"a":)"), std::runtime_error);
    EXPECT_THROW(parse_lines("{}\n{}"), std::runtime_error);
    EXPECT_EQ(parse_lines("{}\n{\"n\":1}\n").size(), 2u);
}

TEST(Process, TellsHowItEnded) {
    EXPECT_EQ(run(shell("exit 3")).how, exited(3));
    EXPECT_EQ(run(shell("kill -TERM $$")).how, killed_by(SIGTERM));
    EXPECT_EQ(run({.command = {"/nonexistent/program"}}).how, exited(127));
}

TEST(Process, KeepsItsStreamsApart) {
    const auto result = run(shell("echo out; echo err >&2"));
    EXPECT_EQ(result.out, "out\n");
    EXPECT_EQ(result.err, "err\n");
}

TEST(Process, TakesMoreOutputThanAPipeHolds) {
    const auto result = run(shell("head -c 1000000 /dev/zero; head -c 1000000 /dev/zero >&2"));
    EXPECT_EQ(result.out.size(), 1'000'000u);
    EXPECT_EQ(result.err.size(), 1'000'000u);
}

TEST(Process, PassesEnvironmentLimitsAndClosedDescriptors) {
    ASSERT_EQ(::setenv("PULSAR_LISTEN", "ours", 1), 0);
    auto how = shell(
        "echo ${PULSAR_LISTEN-unset} $PULSAR_THREADS $(ulimit -n); [ -e /proc/$$/fd/0 ] || echo "
        "none");
    how.environment = {"PULSAR_THREADS=3"};
    how.limits = {{RLIMIT_NOFILE, 77}};
    how.standard[0] = launch::closed;
    const auto result = run(how);
    ::unsetenv("PULSAR_LISTEN");
    EXPECT_EQ(result.out, "unset 3 77\nnone\n");
}

TEST(Process, KeepsTheServiceManagerOfTheTestsToItself) {
    const std::array names{"NOTIFY_SOCKET", "WATCHDOG_USEC",  "WATCHDOG_PID",  "LISTEN_PID",
                           "LISTEN_FDS",    "LISTEN_FDNAMES", "JOURNAL_STREAM"};
    for (const auto* name : names)
        ::setenv(name, "x", 1);
    const auto result = run({.command = {"env"}});
    for (const auto* name : names) {
        ::unsetenv(name);
        EXPECT_FALSE(contains(result.out, "\n"s + name + "=")) << name;
    }
}

TEST(Process, WaitsForALine) {
    process child(shell("echo one; echo two; exec sleep 60"));
    const auto two = [](std::string_view line) { return line == "two"; };
    EXPECT_EQ(child.out().wait_for_line(two), "two");
    EXPECT_EQ(child.out().wait_for_line("wo"), "two");
    const auto three = [](std::string_view line) { return line == "three"; };
    EXPECT_EQ(child.out().wait_for_line(three, 20ms), std::nullopt);
    EXPECT_THROW(child.wait(20ms), std::runtime_error);
    child.send(SIGINT);
    EXPECT_EQ(child.wait(), killed_by(SIGINT));
}

TEST(Process, PausedOutputStallsTheChild) {
    const temp_dir dir;
    const auto gate = dir / "gate";
    ASSERT_EQ(::mkfifo(gate.c_str(), 0600), 0);
    process child(shell("read go <" + gate + "; head -c 300000 /dev/zero; echo done >&2"));
    const auto finished = [](std::string_view line) { return line == "done"; };
    child.out().pause();
    write_file(gate, "go\n");
    EXPECT_EQ(child.err().wait_for_line(finished, 100ms), std::nullopt);
    child.out().resume();
    EXPECT_TRUE(child.err().wait_for_line(finished));
}

TEST(Process, HangingUpBreaksThePipe) {
    process child(shell("exec yes"));
    ASSERT_TRUE(child.out().wait_for_more(0));
    child.out().hang_up();
    EXPECT_EQ(child.wait(), killed_by(SIGPIPE));
}

TEST(Process, ASanitizersReportFailsTheTest) {
    for (const auto* words :
         {"ERROR: AddressSanitizer: heap-use-after-free", "WARNING: ThreadSanitizer: data race",
          "ERROR: LeakSanitizer: detected memory leaks", ": runtime error: overflow"}) {
        const auto script = "echo '"s + words + "' >&2";
        EXPECT_NONFATAL_FAILURE({ run(shell(script)); }, words);
    }
}

TEST(Installed, IsWhereItSaysWhateverTheTestsWereStartedWith) {
    const temp_dir elsewhere;
    ::setenv("DESTDIR", (elsewhere / "x").c_str(), 1);
    const installed files;
    ::unsetenv("DESTDIR");
    EXPECT_TRUE(std::filesystem::exists(files / "bin/pulsar"));
    EXPECT_FALSE(std::filesystem::exists(elsewhere / "x"));
}

TEST(Text, ExpectsAComplaintOfOneLineOfThatProgramWithTheWords) {
    expect_complaint("pulsar", "pulsar: no such host\n", {"no", "host"});
    EXPECT_NONFATAL_FAILURE(expect_complaint("pulsar", "pulsar: one\ntwo\n"), "pulsar: one");
    EXPECT_NONFATAL_FAILURE(expect_complaint("pulsar", "pulsar: one"), "pulsar: one");
    EXPECT_NONFATAL_FAILURE(expect_complaint("pulsar", "pulsar-bench: one\n"), "pulsar-bench");
    EXPECT_NONFATAL_FAILURE(expect_complaint("pulsar", "pulsar: one\n", {"two"}), "two");
}

TEST(Text, CountsWhatIsInIt) {
    EXPECT_EQ(occurrences("aaa", "aa"), 2u);
    EXPECT_EQ(occurrences("aaa", "b"), 0u);
}

TEST(ExpectTime, HasTwoEnds) {
    expect_time(100ms, 100ms);
    EXPECT_NONFATAL_FAILURE(expect_time(99ms, 100ms), "too early");
    EXPECT_NONFATAL_FAILURE(expect_time(100ms + 1s * patience(), 100ms), "too late");
}

TEST(SkipWithout, FailsWhereNothingIsSaidToBeMissing) {
    const char* set = std::getenv("PULSAR_TEST_NO_SKIP");
    const std::string before = set == nullptr ? "" : set;
    ::setenv("PULSAR_TEST_NO_SKIP", "1", 1);
    EXPECT_FATAL_FAILURE(skip_without("a tool"), "needs a tool");
    ::setenv("PULSAR_TEST_NO_SKIP", before.c_str(), 1);
}

/// What stands in for pulsar from then on: a script that logs its start, and then does as told.
class impostor {
  public:
    explicit impostor(const std::string& script) {
        const auto says = [](const std::string& msg) {
            return R"(echo '{"module":"server","level":"info","msg":")" + msg + "\"}'\n";
        };
        write_file(path_, "#!/bin/sh\n" + says("listening") + says("started") + script + "\n");
        std::filesystem::permissions(path_, std::filesystem::perms::owner_all);
        ::setenv("PULSAR_BINARY", path_.c_str(), 1);
    }
    ~impostor() { ::unsetenv("PULSAR_BINARY"); }
    impostor(const impostor&) = delete;
    impostor& operator=(const impostor&) = delete;

  private:
    const temp_dir dir_;
    const std::string path_ = dir_ / "pulsar";
};

void kill(daemon& victim) {
    victim.child().send(SIGKILL);
}

TEST(Daemon, LeftRunningFailsTheTest) {
    EXPECT_NONFATAL_FAILURE({ daemon running; }, "left its daemon running");
    daemon killed;
    kill(killed);
}

TEST(Daemon, AnEndThatNoSignalExplainsFailsTheTest) {
    const temp_dir dir;
    const auto gate = dir / "gate";
    ASSERT_EQ(::mkfifo(gate.c_str(), 0600), 0);
    // Of a process that has ended only root may count the descriptors.
    const impostor that_fails("read go <" + gate + "; exit 1");
    EXPECT_NONFATAL_FAILURE(
        {
            daemon pulsar;
            write_file(gate, "go\n");
            pulsar.child().wait();
        },
        "exit 1");
}

TEST(Daemon, AnErrorFailsTheTestUnlessAnnounced) {
    const impostor with_an_error(
        R"(echo '{"module":"connection","level":"error","msg":"exception"}'; exec sleep 60)");
    EXPECT_NONFATAL_FAILURE(
        {
            daemon pulsar;
            pulsar.wait_for("connection", "exception");
            kill(pulsar);
        },
        "1 errors were logged, not 0");
    daemon pulsar;
    pulsar.provokes_errors(1);
    pulsar.wait_for("connection", "exception");
    kill(pulsar);
}

TEST(Daemon, ALeakedDescriptorFailsTheTest) {
    const temp_dir dir;
    const auto gate = dir / "gate";
    ASSERT_EQ(::mkfifo(gate.c_str(), 0600), 0);
    const impostor that_leaks("read go <" + gate + "; exec 5</dev/null 6</dev/null; exec sleep 60");
    daemon pulsar;
    pulsar.expect_descriptors_at_baseline();
    const auto before = open_descriptors(pulsar.child().pid());
    write_file(gate, "go\n");
    // A shell has descriptors for a moment.
    ASSERT_TRUE(eventually([&] { return sleeps(pulsar.child().pid()); }));
    ASSERT_GT(open_descriptors(pulsar.child().pid()), before);
    EXPECT_NONFATAL_FAILURE(pulsar.expect_descriptors_at_baseline(10ms), "descriptors are open");
    kill(pulsar);
}

TEST(Daemon, OpenConnectionsAreWithinTheBaseline) {
    for (const auto* levels : {"info", "info,connection=warn"}) {
        daemon pulsar({"--log-level", levels});
        client socket(pulsar.address());
        expect_echo(socket);
        pulsar.expect_descriptors_at_baseline();
        socket.close();
        pulsar.expect_orderly_exit();
    }
}

}  // namespace
}  // namespace pulsar::test::support_test
