// The programs where nothing else is, as a container from scratch has it: PID 1, a user without a
// name, and a read-only root without /dev, /etc, /proc and /tmp.

#include "support/bench.hpp"
#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/expect_echo.hpp"
#include "support/failed_start.hpp"
#include "support/first_process.hpp"
#include "support/http.hpp"
#include "support/pattern.hpp"
#include "support/sanitizers.hpp"
#include "support/skip_without.hpp"
#include "support/temp_dir.hpp"
#include "support/text.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace pulsar::test::empty_root_test {
namespace {

using strings = std::vector<std::string>;

/// The files of a program's shared libraries, and its dynamic linker; none of a static program.
strings libraries_of(const std::string& program) {
    launch how;
    how.command = {"ldd", program};
    strings files;
    for (const auto& found : pattern("(/\\S+) \\(0x").all_in(run(how).out))
        files.push_back(found.at(1));
    return files;
}

/// The root holds the program, what it is linked with, and what `options` of bwrap add.
launch in_empty_root(launch how, const strings& options = {}) {
    const auto program = std::exchange(how.command.front(), "/program");
    strings bwrap{
        "bwrap",      "--unshare-user",    "--uid",     "4711",  "--gid",   "4711", "--unshare-pid",
        "--as-pid-1", "--die-with-parent", "--ro-bind", program, "/program"};
    for (const auto& library : libraries_of(program))
        bwrap.insert(bwrap.end(), {"--ro-bind", library, library});
    bwrap.insert(bwrap.end(), options.begin(), options.end());
    bwrap.insert(bwrap.end(), {"--remount-ro", "/", "--"});
    how.command.insert(how.command.begin(), bwrap.begin(), bwrap.end());
    return how;
}

class EmptyRoot : public testing::Test {
  protected:
    void SetUp() override {
        if (sanitized()) GTEST_SKIP() << "a sanitizer needs /proc";
        launch nothing;
        nothing.command = {"/bin/true"};
        if (run(in_empty_root(nothing)).how != exited(0))
            skip_without("bwrap, and the right to namespaces");
    }
};

TEST_F(EmptyRoot, IsEnoughFromTheStartToTheExit) {
    first_process pulsar(
        in_empty_root(pulsar_with({"--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"})));
    expect_echo(pulsar.address());
    const auto line = pulsar.parent().out().wait_for_line(" admin=true");
    ASSERT_TRUE(line);
    const auto admin = pattern("address=(\\S+)").all_in(*line).at(0).at(1);
    const auto metrics = http_get(admin, "/metrics").body;
    EXPECT_TRUE(contains(metrics, "\npulsar_frames_total 1\n"));
    EXPECT_FALSE(contains(metrics, "process_")) << "only /proc tells these";
    pulsar.send(SIGTERM);
    EXPECT_EQ(pulsar.parent().wait(), exited(0));
    EXPECT_TRUE(pulsar.parent().out().wait_for_end());
    const auto log = pulsar.parent().out().text();
    EXPECT_TRUE(contains(log, " pid=1 "));
    EXPECT_TRUE(contains(log, "server: stopped connections=1 frames=1 "));
    EXPECT_EQ(pulsar.parent().err().text(), "");
}

TEST_F(EmptyRoot, TakesASecondSignal) {
    for (const int signal : {SIGINT, SIGTERM}) {
        first_process pulsar(
            in_empty_root(pulsar_with({"--listen", "127.0.0.1:0", "--drain-delay", "24h"})));
        pulsar.send(SIGTERM);
        ASSERT_TRUE(pulsar.parent().out().wait_for_line("drain delayed"));
        pulsar.send(signal);
        EXPECT_EQ(pulsar.parent().wait(), exited(128 + signal));
    }
}

TEST_F(EmptyRoot, IsReadOnly) {
    const auto refused = [](const strings& flags, const strings& words) {
        expect_failed_start(in_empty_root(pulsar_with(flags)), words);
    };
    refused({"--listen", "unix:/socket"}, {"unix:/socket", "Read-only file system"});
    refused({"--listen", "127.0.0.1:0", "--log-file", "/log"}, {"/log", "Read-only file system"});
}

/// In a network of its own: that of the machine might have a name server at 127.0.0.1, which is
/// asked where no file names another.
TEST_F(EmptyRoot, KnowsNoName) {
    expect_failed_start(in_empty_root(pulsar_with({"--listen", "localhost:0"}), {"--unshare-net"}),
                        {"localhost:0", "Host not found"});
}

TEST_F(EmptyRoot, KnowsTheNamesOfEtcHosts) {
    const auto how = pulsar_with({"--listen", "here:0"});
    const temp_dir dir;
    write_file(dir / "hosts", "127.0.0.1 here\n");
    // What this file names are shared libraries, so a static program does not look at it.
    const bool is_static = libraries_of(how.command.front()).empty();
    write_file(dir / "nsswitch.conf", is_static ? "hosts: other\n" : "hosts: files\n");
    first_process pulsar(in_empty_root(how, {"--ro-bind", dir / "hosts", "/etc/hosts", "--ro-bind",
                                             dir / "nsswitch.conf", "/etc/nsswitch.conf"}));
    EXPECT_TRUE(pulsar.address().starts_with("127.0.0.1:")) << pulsar.address();
    expect_echo(pulsar.address());
    pulsar.send(SIGTERM);
    EXPECT_EQ(pulsar.parent().wait(), exited(0));
}

/// Without /dev/null, which else takes the number of a standard descriptor that is closed.
TEST_F(EmptyRoot, GivesNoSocketTheNumberOfAStandardDescriptor) {
    auto how = pulsar_with({"--listen", "127.0.0.1:0"});
    how.standard[0] = launch::closed;
    first_process pulsar(in_empty_root(how));
    EXPECT_EQ(std::filesystem::read_symlink("/proc/" + std::to_string(pulsar.pid()) + "/fd/0"),
              "/");
    pulsar.send(SIGTERM);
    EXPECT_EQ(pulsar.parent().wait(), exited(0));
}

TEST_F(EmptyRoot, IsEnoughForTheLoadGenerator) {
    daemon pulsar;
    const auto result =
        run(in_empty_root(bench_with({pulsar.address(), "--frames", "1000", "--warmup", "0s"})));
    EXPECT_EQ(result.how, exited(0)) << result.err;
    EXPECT_TRUE(pattern("\nframes +1,000\n").is_in(result.out)) << result.out;
    pulsar.expect_orderly_exit();
}

}  // namespace
}  // namespace pulsar::test::empty_root_test
