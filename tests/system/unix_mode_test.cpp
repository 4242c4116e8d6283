// `--unix-mode`: who may connect to a Unix socket is the mode of its file (unix(7)).

#include "support/daemon.hpp"
#include "support/expect_echo.hpp"
#include "support/failed_start.hpp"
#include "support/fault_injector.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <sys/stat.h>
#include <vector>

namespace pulsar::test::unix_mode_test {
namespace {

using strings = std::vector<std::string>;

class UnixMode : public fault_injection {
  protected:
    void SetUp() override {}  // most need no tracer

    mode_t mode_of_file() const {
        struct stat file {};
        EXPECT_EQ(::lstat(path.c_str(), &file), 0);
        return file.st_mode & 07777U;
    }

    /// What the file gets from a daemon that is started with this umask.
    mode_t mode_under(const std::string& umask, const strings& flags,
                      const strings& environment = {}) {
        launch under;
        under.command = {"sh", "-c", "umask " + umask + "; exec \"$@\"", "sh"};
        under.environment = environment;
        strings all{"--listen", listen};
        all.insert(all.end(), flags.begin(), flags.end());
        daemon pulsar(all, under);
        const auto mode = mode_of_file();
        served(listen).close();
        pulsar.expect_orderly_exit();
        EXPECT_FALSE(std::filesystem::exists(path));
        return mode;
    }

    const temp_dir dir;
    const std::string path = dir / "socket";
    const std::string listen = "unix:" + path;
};

TEST_F(UnixMode, IsThatOfTheUmaskByDefault) {
    EXPECT_EQ(mode_under("022", {}), 0755u);
    EXPECT_EQ(mode_under("077", {}), 0700u);
}

TEST_F(UnixMode, IsWhatIsAskedForWhateverTheUmask) {
    for (const auto* umask : {"000", "022", "077"}) {
        EXPECT_EQ(mode_under(umask, {"--unix-mode", "0660"}), 0660u) << umask;
        EXPECT_EQ(mode_under(umask, {"--unix-mode", "777"}), 0777u) << umask;
    }
    EXPECT_EQ(mode_under("022", {}, {"PULSAR_UNIX_MODE=0600"}), 0600u);
}

TEST_F(UnixMode, IsForEachFile) {
    const auto other = dir / "other";
    daemon pulsar({"--listen", listen, "--listen", "unix:" + other, "--unix-mode", "0640"});
    EXPECT_EQ(mode_of_file(), 0640u);
    EXPECT_EQ(std::filesystem::status(other).permissions(), std::filesystem::perms{0640});
    pulsar.expect_orderly_exit();
}

class UnixModeTraced : public UnixMode {
  protected:
    void SetUp() override { fault_injection::SetUp(); }

    launch traced(const strings& strace) const {
        auto command = pulsar_with({"--listen", listen, "--unix-mode", "0600"}, how.environment);
        command.command.insert(command.command.begin(), strace.begin(), strace.end());
        return command;
    }
};

TEST_F(UnixModeTraced, IsSetBeforeAnybodyCanConnect) {
    // Ends at once: the other address belongs to no interface (RFC 5737).
    auto command = traced({"strace", "-f", "-e", "trace=bind,?chmod,?fchmodat,listen"});
    command.command.insert(command.command.end(), {"--listen", "203.0.113.1:0"});
    const auto trace = run(command).err;
    const auto changed = trace.find(path + "\", 0600");
    ASSERT_NE(changed, trace.npos) << trace;
    EXPECT_LT(trace.find("bind("), changed) << trace;
    EXPECT_LT(changed, trace.find("listen(")) << trace;
    EXPECT_NE(trace.find("listen("), trace.npos) << trace;
}

TEST_F(UnixModeTraced, OneThatCannotBeSetIsAFailedStart) {
    const auto log = dir / "trace";
    auto command = traced({"strace", "-f", "-o", log, "-e", "inject=chmod,fchmodat:error=EPERM"});
    expect_failed_start(command, {"cannot listen on " + listen + ": Operation not permitted"});
    EXPECT_NE(read_file(log).find("(INJECTED)"), std::string::npos);
    EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace pulsar::test::unix_mode_test
