// The rules that are installed for logrotate.

#include "support/daemon.hpp"
#include "support/deadline.hpp"
#include "support/expect_echo.hpp"
#include "support/installed.hpp"
#include "support/process.hpp"
#include "support/skip_without.hpp"
#include "support/temp_dir.hpp"
#include "support/text.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <string>
#include <sys/stat.h>
#include <utility>

namespace pulsar::test::log_rotation_test {
namespace {

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    EXPECT_EQ(occurrences(text, from), 1u) << from;
    return text.replace(text.find(from), from.size(), to);
}

ino_t inode(const std::string& path) {
    struct stat status {};
    ::stat(path.c_str(), &status);
    return status.st_ino;
}

launch logrotate(const temp_dir& dir) {
    launch how;
    how.command = {"logrotate", "--force", "--state", dir / "state", dir / "rules"};
    how.environment = {"PATH=" + (dir / "bin") + ":/usr/sbin:/usr/bin:/sbin:/bin"};
    return how;
}

TEST(LogRotation, LosesNoLine) {
    const temp_dir dir;
    if (run({.command = {"/usr/sbin/logrotate", "--version"}}).how != exited(0))
        return skip_without("logrotate");
    // A file of a user is only taken in a directory that nobody else may write to.
    const auto log = dir / "log/pulsar.log";
    std::filesystem::create_directory(dir / "log");
    process pulsar(pulsar_with({"--listen", "unix:" + (dir / "socket"), "--log-file", log}));
    const auto logs = [&](const std::string& words) {
        return eventually([&] { return holds(log, words); });
    };
    ASSERT_TRUE(logs("server: started"));

    auto rules = read_file(installed() / "etc/logrotate.d/pulsar");
    rules = replaced(rules, "/var/log/pulsar/*.log", dir / "log/*.log");
    rules = replaced(rules, "[ ! -d /run/systemd/system ] || ", "");
    write_file(dir / "rules", rules);
    std::filesystem::create_directory(dir / "bin");
    write_file(dir / "bin/systemctl", "#!/bin/sh\necho \"$@\" >'" + (dir / "reloaded") +
                                          "'; kill -HUP " + std::to_string(pulsar.pid()) +
                                          "; exit 5\n");  // as where no unit is
    for (const auto& [path, mode] : {std::pair{dir / "rules", 0600}, {dir / "bin/systemctl", 0700}})
        std::filesystem::permissions(path, std::filesystem::perms(mode));
    const auto before = inode(log);
    const auto result = run(logrotate(dir));
    EXPECT_EQ(result.how, exited(0)) << result.err;
    EXPECT_EQ(read_file(dir / "reloaded"),
              "try-reload-or-restart pulsar.service pulsar-activated.service\n");

    EXPECT_EQ(inode(log + ".1"), before) << "a copy, which lines may miss";
    EXPECT_TRUE(logs("log: reopened"));
    expect_echo("unix:" + (dir / "socket"));
    EXPECT_TRUE(logs("connection: closed conn=1"));
    EXPECT_TRUE(holds(log + ".1", "server: started"));
    pulsar.send(SIGTERM);
    EXPECT_EQ(pulsar.wait(), exited(0));
}

}  // namespace
}  // namespace pulsar::test::log_rotation_test
