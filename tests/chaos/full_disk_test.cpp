// A disk that is full for a while costs log lines, which are counted, and nothing else.

#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/isolated.hpp"
#include "support/json.hpp"
#include "support/log_load.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <string>
#include <sys/statvfs.h>

namespace pulsar::test::full_disk_test {
namespace {

constexpr std::size_t mebibyte = 1 << 20;
constexpr std::size_t disk = 64 * mebibyte;
constexpr std::size_t page = 4096;
constexpr std::size_t left_for_the_log = mebibyte / 2 + 100;

bool is_full(const std::string& directory) {
    struct statvfs state {};
    return ::statvfs(directory.c_str(), &state) == 0 && state.f_bavail == 0;
}

void log_to(const std::string& directory) {
    const auto log = directory + "log";
    const auto filler = directory + "filler";
    const auto listen = "unix:" + directory + "socket";
    const auto says = [&](const std::string& msg) { return holds(log, "\"msg\":\"" + msg + '"'); };
    write_file(filler, std::string(disk - left_for_the_log, '.'));
    auto flags = talkative;
    flags.insert(flags.end(), {"--listen", listen, "--log-file", log, "--log-format", "json"});
    process pulsar(pulsar_with(flags));
    ASSERT_TRUE(eventually([&] { return accepts(listen); }));
    cause_many_lines(listen);
    while (read_file(log).ends_with('\n')) {  // by chance, the disk ends with a line: none is cut
        std::filesystem::resize_file(filler, std::filesystem::file_size(filler) - page);
        cause_many_lines(listen);
    }
    EXPECT_TRUE(is_full(directory));
    expect_echo_between_heartbeats(listen);

    std::filesystem::remove(filler);
    EXPECT_TRUE(eventually([&] { return says("dropped"); }));
    pulsar.send(SIGUSR1);
    EXPECT_TRUE(eventually([&] { return says("report"); }));
    pulsar.send(SIGTERM);
    EXPECT_EQ(pulsar.wait(), exited(0));
    pulsar.err().wait_for_end();
    EXPECT_EQ(pulsar.err().text(), "");
    expect_every_event_accounted_for(parse_lines(read_file(log)));
}

TEST(FullDisk, LosesLinesThatItCountsAndCutsNone) {
    expect_passed(on_small_disk(disk, log_to), "the right to mount a small file system");
}

void exit_while_full(const std::string& directory) {
    const auto log = directory + "log";
    const auto listen = "unix:" + directory + "socket";
    write_file(directory + "filler", std::string(disk - left_for_the_log, '.'));
    auto flags = talkative;
    flags.insert(flags.end(), {"--listen", listen, "--log-file", log});
    process pulsar(pulsar_with(flags));
    ASSERT_TRUE(eventually([&] { return accepts(listen); }));
    cause_many_lines(listen);
    EXPECT_TRUE(is_full(directory));
    pulsar.send(SIGHUP);
    expect_echo_between_heartbeats(listen);
    pulsar.send(SIGTERM);
    EXPECT_EQ(pulsar.wait(), exited(0));
    EXPECT_FALSE(std::filesystem::exists(directory + "socket"));
}

TEST(FullDisk, HoldsUpNoExit) {
    expect_passed(on_small_disk(disk, exit_while_full), "the right to mount a small file system");
}

}  // namespace
}  // namespace pulsar::test::full_disk_test
