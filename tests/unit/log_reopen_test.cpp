#include "log_fixture.hpp"
#include "support/deadline.hpp"

#include <atomic>
#include <filesystem>
#include <map>
#include <thread>

namespace pulsar::log::test::log_reopen_test {
namespace {

using pulsar::test::eventually;
using pulsar::test::holds;
using pulsar::test::read_file;
using strings = std::vector<std::string>;

class LogReopen : public LogFixture {
  protected:
    /// Waits for the writer to create it.
    static bool appears(const std::string& path) {
        return eventually([&] { return std::filesystem::exists(path); });
    }
    static bool comes_to_hold(const std::string& path, std::string_view text) {
        return eventually([&] { return holds(path, text); });
    }
};

TEST_F(LogReopen, LinesBeforeStayAndLinesAfterMove) {
    const auto path = open_file_log("log");
    write(component::server, level::info, "before", {});
    std::filesystem::rename(path, path + ".1");
    EXPECT_TRUE(reopen());
    write(component::server, level::info, "after", {});
    ASSERT_TRUE(appears(path));
    close();
    EXPECT_EQ(payloads(read_file(path + ".1")), strings{"before"});
    // The event that tells of it may come before or after.
    EXPECT_TRUE(holds(path, "server: after\n")) << read_file(path);
}

TEST_F(LogReopen, IsLogged) {
    const auto path = open_file_log("log");
    reopen();
    EXPECT_TRUE(comes_to_hold(path, "INFO  log: reopened file=" + path + "\n")) << read_file(path);
}

TEST_F(LogReopen, AFailureIsLoggedInTheOldFile) {
    std::filesystem::create_directory(dir_ / "sub");
    const auto path = open_file_log("sub/log");
    write(component::server, level::info, "before", {});
    std::filesystem::rename(dir_ / "sub", dir_ / "moved");
    EXPECT_TRUE(reopen());
    const std::string moved = dir_ / "moved/log";
    ASSERT_TRUE(comes_to_hold(moved, "reopen failed"));
    write(component::server, level::info, "after", {});
    close();
    const auto lines = split_lines(read_file(moved));
    ASSERT_EQ(lines.size(), 3u);
    EXPECT_NE(lines[1].find("ERROR log: reopen failed file=" + path +
                            " error=\"No such file or directory\""),
              std::string::npos)
        << lines[1];
    EXPECT_EQ(payload(lines[2]), "after");
}

TEST_F(LogReopen, OfStandardOutputIsDeclined) {
    open({.levels = *parse_levels("off")});
    EXPECT_FALSE(reopen());
}

TEST_F(LogReopen, UnderLoadLosesNoLineAndCutsNone) {
    constexpr int threads = 3;
    constexpr int rotations = 10;
    const auto path = open_file_log("log");
    std::atomic<bool> done = false;
    std::array<int, threads> written{};
    std::vector<std::thread> pool;
    for (int t = 0; t < threads; ++t) {
        pool.emplace_back([&, t] {
            auto& n = written[static_cast<std::size_t>(t)];
            // Bounded, so that the queue never overflows however slow the disk is.
            while (!done && n < 20'000) {
                write(component::connection, level::info, "m", {{"thread", t}, {"n", n++}});
            }
        });
    }
    bool rotated = true;
    for (int i = 0; i < rotations && rotated; ++i) {
        std::filesystem::rename(path, path + "." + std::to_string(i));
        reopen();
        rotated = appears(path);
    }
    done = true;
    for (auto& thread : pool)
        thread.join();
    close();
    ASSERT_TRUE(rotated);

    std::map<std::string, int> next;
    for (int i = 0; i <= rotations; ++i) {
        const auto name = i < rotations ? path + "." + std::to_string(i) : path;
        for (const auto& line : payloads(read_file(name))) {
            if (line.starts_with("reopened")) continue;
            const auto at = line.find(" n=");
            ASSERT_TRUE(line.starts_with("m thread=") && at != line.npos) << line;
            ASSERT_EQ(std::stoi(line.substr(at + 3)), next[line.substr(0, at)]++) << line;
        }
    }
    for (int t = 0; t < threads; ++t) {
        EXPECT_EQ(next["m thread=" + std::to_string(t)], written[static_cast<std::size_t>(t)]);
    }
}

}  // namespace
}  // namespace pulsar::log::test::log_reopen_test
