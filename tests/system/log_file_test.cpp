#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/effort.hpp"
#include "support/expect_echo.hpp"
#include "support/frames.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace pulsar::test::log_file_test {
namespace {

class LogFile : public testing::Test {
  protected:
    [[nodiscard]] launch command() const {
        return pulsar_with({"--listen", listen, "--log-file", log, "--log-format", "json"});
    }

    [[nodiscard]] bool starts() const {
        return eventually([&] { return holds(log, "\"msg\":\"started\""); });
    }

    static void expect_orderly_exit(process& pulsar) {
        pulsar.send(SIGTERM);
        EXPECT_EQ(pulsar.wait(), exited(0));
        pulsar.out().wait_for_end();
        EXPECT_EQ(pulsar.out().text(), "");
        EXPECT_EQ(pulsar.err().text(), "");
    }

    const temp_dir dir;
    const std::string log = dir / "log";
    const std::string listen = "unix:" + (dir / "socket");
};

TEST_F(LogFile, IsAppendedTo) {
    write_file(log, "{\"msg\":\"from before\"}\n");
    process pulsar(command());
    ASSERT_TRUE(starts());
    expect_echo(listen);
    expect_orderly_exit(pulsar);
    const auto events = parse_lines(read_file(log));
    EXPECT_EQ(text(events.front(), "msg"), "from before");
    EXPECT_EQ(text(events.back(), "msg"), "stopped");
}

TEST_F(LogFile, RotationUnderLoadLosesAndCutsNoLine) {
    const int rotations = effort_by_build(50, 15);
    constexpr int load_threads = 3;
    process pulsar(command());
    ASSERT_TRUE(starts());
    std::atomic<bool> enough{false};
    std::vector<std::thread> load;
    for (int i = 0; i < load_threads; ++i) {
        load.emplace_back([&] {
            while (!enough)
                expect_echo(listen);
        });
    }
    std::string all;
    for (int i = 0; i < rotations; ++i) {
        const auto rotated = log + "." + std::to_string(i);
        const auto size = std::filesystem::file_size(log);
        EXPECT_TRUE(eventually([&] { return std::filesystem::file_size(log) > size; }));
        std::filesystem::rename(log, rotated);
        pulsar.send(SIGHUP);
        EXPECT_TRUE(eventually([&] { return std::filesystem::exists(log); }));
    }
    enough = true;
    for (auto& thread : load)
        thread.join();
    expect_orderly_exit(pulsar);
    for (int i = 0; i < rotations; ++i)
        all += read_file(log + "." + std::to_string(i));
    all += read_file(log);
    std::map<std::int64_t, int> opened, closed;
    std::int64_t connections = 0;
    int reopened = 0;
    for (const auto& logged : parse_lines(all)) {
        const auto msg = text(logged, "msg");
        EXPECT_NE(msg, "dropped");
        if (msg == "reopened") ++reopened;
        if (msg == "opened") ++opened[number(logged, "conn")];
        if (msg == "closed") ++closed[number(logged, "conn")];
        if (msg == "stopped") connections = number(logged, "connections");
    }
    EXPECT_GT(connections, 0);
    EXPECT_EQ(reopened, rotations);
    for (std::int64_t conn = 1; conn <= connections; ++conn) {
        EXPECT_EQ(opened[conn], 1) << conn;
        EXPECT_EQ(closed[conn], 1) << conn;
    }
}

TEST_F(LogFile, ThatCannotBeReopenedStaysInUse) {
    process pulsar(command());
    ASSERT_TRUE(starts());
    const auto rotated = dir / "rotated";
    std::filesystem::rename(log, rotated);
    std::filesystem::create_directory(log);
    pulsar.send(SIGHUP);
    EXPECT_TRUE(eventually([&] { return holds(rotated, "Is a directory"); }));
    expect_echo(listen);
    expect_orderly_exit(pulsar);
    EXPECT_TRUE(holds(rotated, "\"msg\":\"stopped\""));
    parse_lines(read_file(rotated));
}

TEST_F(LogFile, OnAFullDiskStopsNothing) {
    process pulsar(pulsar_with({"--listen", listen, "--log-file", "/dev/full"}));
    ASSERT_TRUE(eventually([&] { return accepts(listen); }));
    for (int i = 0; i < 50; ++i)
        expect_echo(listen);
    pulsar.send(SIGTERM);
    EXPECT_EQ(pulsar.wait(), exited(0));
}

TEST(Sighup, WithoutALogFileIsLoggedAndIgnored) {
    const temp_dir dir;
    const auto toml = dir / "pulsar.toml";
    write_file(toml, "log-file = '-'\n");
    launch variable;
    variable.environment = {"PULSAR_LOG_FILE=-"};
    const std::pair<std::vector<std::string>, launch> ways[] = {
        {{}, {}}, {{"--log-file", "-"}, {}}, {{}, variable}, {{"--config", toml}, {}}};
    for (const auto& [flags, how] : ways) {
        daemon pulsar(flags, how);  // reads its standard output
        pulsar.child().send(SIGHUP);
        const auto ignored = pulsar.wait_for("server", "signal ignored");
        EXPECT_EQ(text(ignored, "reason"), "no --log-file");
        client socket(pulsar.address());
        expect_echo(socket);
        socket.close();
        pulsar.expect_orderly_exit();
    }
}

}  // namespace
}  // namespace pulsar::test::log_file_test
