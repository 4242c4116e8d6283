#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/dead_socket.hpp"
#include "support/effort.hpp"
#include "support/expect_echo.hpp"
#include "support/fault_injector.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"
#include "support/text.hpp"
#include "support/unique_fd.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <optional>
#include <string>
#include <sys/file.h>
#include <vector>

namespace pulsar::test::unix_socket_test {
namespace {

TEST(UnixSocket, IsServedLoggedAndRemoved) {
    const temp_dir dir;
    const auto path = dir / "socket";
    daemon pulsar({"--listen", "unix:" + path});
    EXPECT_EQ(pulsar.address(), "unix:" + path);
    client socket("unix:" + path);
    expect_echo(socket);
    const auto opened = pulsar.wait_for("connection", "opened");
    EXPECT_EQ(text(opened, "peer"), "unix:");
    EXPECT_EQ(text(opened, "local"), "unix:" + path);
    socket.close();
    pulsar.expect_orderly_exit();
    EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(UnixSocket, ADeadOneIsReplaced) {
    const temp_dir dir;
    const auto path = dir / "socket";
    {
        daemon killed({"--listen", "unix:" + path});
        killed.child().send(SIGKILL);
        killed.child().wait();
    }
    ASSERT_TRUE(std::filesystem::is_socket(path));
    daemon pulsar({"--listen", "unix:" + path});
    client socket("unix:" + path);
    expect_echo(socket);
    socket.close();
    pulsar.expect_orderly_exit();
}

TEST(UnixSocket, ALiveOneIsAnError) {
    const temp_dir dir;
    const auto listen = "unix:" + (dir / "socket");
    daemon holder({"--listen", listen});
    const auto refused = run(pulsar_with({"--listen", listen}));
    EXPECT_EQ(refused.how, exited(1));
    expect_complaint("pulsar", refused.err, {listen, "Address already in use"});
    client socket(listen);
    expect_echo(socket);
    socket.close();
    holder.expect_orderly_exit();
}

TEST(UnixSocket, WhatIsNotASocketIsLeftAlone) {
    const temp_dir dir;
    const auto path = dir / "precious";
    write_file(path, "data");
    const auto refused = run(pulsar_with({"--listen", "unix:" + path}));
    EXPECT_EQ(refused.how, exited(1));
    expect_complaint("pulsar", refused.err, {path});
    EXPECT_EQ(read_file(path), "data");
}

TEST(UnixSocket, ASocketThatTookItsPlaceIsNotRemoved) {
    const temp_dir dir;
    const auto path = dir / "socket";
    daemon first({"--listen", "unix:" + path});
    std::filesystem::remove(path);
    daemon second({"--listen", "unix:" + path});
    first.expect_orderly_exit();
    EXPECT_TRUE(std::filesystem::exists(path));
    client socket("unix:" + path);
    expect_echo(socket);
    socket.close();
    second.expect_orderly_exit();
}

/// Whether it says that it has started; false when it has ended.
bool starts(process& pulsar) {
    return pulsar.out().wait_for_line(" started ").has_value();
}

void expect_refused(process& pulsar, const std::string& listen, const std::string& reason) {
    EXPECT_EQ(pulsar.wait(), exited(1));
    pulsar.err().wait_for_end();
    expect_complaint("pulsar", pulsar.err().text(), {"cannot listen on " + listen + ": ", reason});
}

/// Of two starts on one path.
void expect_one_to_serve(process& first, process& second, const std::string& path) {
    const bool first_serves = starts(first);
    const bool second_serves = starts(second);
    ASSERT_NE(first_serves, second_serves);
    auto& server = first_serves ? first : second;
    const auto listen = "unix:" + path;
    expect_refused(first_serves ? second : first, listen, "Address already in use");
    client socket(listen);
    expect_echo(socket);
    socket.close();
    server.send(SIGTERM);
    EXPECT_EQ(server.wait(), exited(0));
    EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(UnixSocket, OneOfTwoStartsAtTheSameMomentServes) {
    const temp_dir dir;
    const auto path = dir / "socket";
    const auto how = pulsar_with({"--listen", "unix:" + path, "--threads", "1"});
    for (int round = 0; round < effort_by_build(20, 6) && !testing::Test::HasFailure(); ++round) {
        if (round % 2) leave_dead_socket(path);
        process first(how);
        process second(how);
        expect_one_to_serve(first, second, path);
    }
}

TEST(UnixSocket, ALiveOneNeverHearsOfAStart) {
    const temp_dir dir;
    const auto listen = "unix:" + (dir / "socket");
    daemon holder({"--listen", listen});
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(run(pulsar_with({"--listen", listen})).how, exited(1));
    served(listen).close();
    holder.expect_orderly_exit();
    EXPECT_EQ(holder.events("connection", "opened").size(), 1u);
}

TEST(UnixSocket, ALiveOneWhoseQueueIsFullIsAnError) {
    const temp_dir dir;
    const auto listen = "unix:" + (dir / "socket");
    daemon holder({"--listen", listen, "--backlog", "1"});
    holder.child().send(SIGSTOP);
    std::vector<client> queued;
    for (int i = 0; i < 2; ++i)  // Linux queues one more than it is told
        queued.emplace_back(listen);
    process refused(pulsar_with({"--listen", listen}));
    expect_refused(refused, listen, "Address already in use");
    queued.clear();
    holder.child().send(SIGCONT);
    holder.expect_orderly_exit();
}

TEST(UnixSocket, APathWithoutASlashIsInTheWorkingDirectory) {
    const temp_dir dir;
    daemon pulsar({"--listen", "unix:socket"}, {.command = {"env", "--chdir", dir / ""}});
    EXPECT_EQ(pulsar.address(), "unix:socket");
    client socket("unix:" + (dir / "socket"));
    expect_echo(socket);
    socket.close();
    pulsar.expect_orderly_exit();
    EXPECT_FALSE(std::filesystem::exists(dir / "socket"));
}

TEST(UnixSocket, AMissingDirectoryIsAFailedStart) {
    const temp_dir dir;
    const auto listen = "unix:" + (dir / "missing/socket");
    process pulsar(pulsar_with({"--listen", listen}));
    expect_refused(pulsar, listen, "No such file or directory");
}

TEST(UnixSocket, ADirectoryThatStaysLockedIsAFailedStart) {
    const temp_dir dir;
    const auto listen = "unix:" + (dir / "socket");
    const unique_fd lock(::open((dir / "").c_str(), O_RDONLY | O_CLOEXEC));
    ASSERT_EQ(::flock(lock.get(), LOCK_SH), 0);
    process pulsar(pulsar_with({"--listen", listen}));
    expect_refused(pulsar, listen, "cannot lock its directory");
    EXPECT_FALSE(std::filesystem::exists(dir / "socket"));
}

class UnixSocketWindow : public fault_injection {
  protected:
    launch listening(const std::vector<std::string>& flags = {}) {
        auto command = pulsar_with({"--listen", listen, "--threads", "1"}, how.environment);
        command.command.insert(command.command.end(), flags.begin(), flags.end());
        return command;
    }

    /// Two starts, the second while `call` of the first takes its time.
    void expect_one_to_serve_when_the_second_comes_during(const std::string& call) {
        process first(waiting(listening()));
        fault_injector slow(first, call, "delay_enter=1s:when=1");
        slow.go_on();
        slow.wait_for_call(call);
        ASSERT_EQ(slow.faults(), 0u) << "the second start is to come during the call";
        process second(listening());
        expect_one_to_serve(first, second, path);
        EXPECT_EQ(slow.faults(), 1u);
    }

    const temp_dir dir;
    const std::string path = dir / "socket";
    const std::string listen = "unix:" + path;
};

TEST_F(UnixSocketWindow, BetweenBindAndListenNobodyTakesThePath) {
    expect_one_to_serve_when_the_second_comes_during("listen");
}

TEST_F(UnixSocketWindow, ADeadOneIsReplacedOnce) {
    leave_dead_socket(path);
    expect_one_to_serve_when_the_second_comes_during("unlink");
}

TEST_F(UnixSocketWindow, ASuccessorThatStartsDuringTheDrainKeepsItsFile) {
    daemon first({"--listen", listen, "--threads", "1"}, how);
    fault_injector slow(first.child(), "%file,close", "delay_enter=300ms:when=1");
    first.child().send(SIGTERM);
    std::optional<process> successor;
    ASSERT_TRUE(eventually([&] { return starts(successor.emplace(listening())); }));
    first.expect_orderly_end();
    EXPECT_GE(slow.faults(), 2u) << "one before the file is looked at, one before a close";
    EXPECT_TRUE(std::filesystem::exists(path));
    client socket(listen);
    expect_echo(socket);
    socket.close();
    successor->send(SIGTERM);
    EXPECT_EQ(successor->wait(), exited(0));
    EXPECT_FALSE(std::filesystem::exists(path));
}

/// Where `words` begin in `text`, behind `from`; fails the test when they do not.
std::size_t find_in(const std::string& text, const std::string& words, std::size_t from = 0) {
    const auto at = text.find(words, from);
    EXPECT_NE(at, text.npos) << words << " is not in:\n" << text;
    return at;
}

/// The first descriptor of a process that is a socket, as the only listener's of a daemon without
/// clients; "none".
std::string first_socket(pid_t pid) {
    const auto files = "/proc/" + std::to_string(pid) + "/fd";
    for (const auto& file : std::filesystem::directory_iterator(files)) {
        const auto target = std::filesystem::read_symlink(file).string();
        if (target.starts_with("socket:")) return file.path().filename();
    }
    return "none";
}

TEST_F(UnixSocketWindow, ADrainRemovesItsFileBeforeTheSocketIsClosed) {
    daemon pulsar({"--listen", listen, "--threads", "1"}, how);
    const auto listener = first_socket(pulsar.child().pid());
    fault_injector traced(pulsar.child(), "?unlink,unlinkat,close", "delay_enter=1ms");
    pulsar.child().send(SIGTERM);
    pulsar.expect_orderly_end();
    const auto trace = traced.whole_trace();
    const auto removed = find_in(trace, path + "\"", find_in(trace, "unlink"));
    EXPECT_LT(removed, find_in(trace, "close(" + listener + ")"));
}

TEST_F(UnixSocketWindow, AFailedStartRemovesItsFileBeforeTheSocketIsClosed) {
    daemon holder;
    auto traced = listening({"--listen", holder.address()});
    traced.command.insert(traced.command.begin(),
                          {"strace", "-f", "-e", "trace=bind,?unlink,unlinkat,close"});
    const auto result = run(traced);
    EXPECT_EQ(result.how, exited(1));
    const auto& trace = result.err;
    const auto bound = find_in(trace, "bind(");
    const auto descriptor = trace.substr(bound + 5, trace.find(',', bound) - bound - 5);
    const auto removed = find_in(trace, path + "\"", find_in(trace, "unlink", bound));
    EXPECT_LT(removed, find_in(trace, "close(" + descriptor + ")", bound));
    holder.expect_orderly_exit();
}

}  // namespace
}  // namespace pulsar::test::unix_socket_test
