#include "log_fixture.hpp"
#include "support/capture.hpp"
#include "support/deadline.hpp"

#include <chrono>
#include <cstdint>
#include <fcntl.h>
#include <sys/stat.h>

namespace pulsar::log::test::log_stalled_test {
namespace {

using pulsar::test::capture;
using pulsar::test::unique_fd;

/// A FIFO for a sink whose reader a test can stall.
class LogStalled : public LogFixture {
  protected:
    void SetUp() override {
        path_ = dir_ / "fifo";
        ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
        reader_ = open_reader();
        open({.file = path_});
    }

    [[nodiscard]] unique_fd open_reader() const {
        return unique_fd(::open(path_.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    }

    /// More than the FIFO, the writer and the queue can hold; how many lines.
    static int flood() {
        constexpr std::size_t bytes = 40u << 20;
        const std::string padding(2000, '.');
        constexpr int lines = bytes / 2000;
        for (int n = 0; n < lines; ++n) {
            write(component::server, level::info, "m", {{"n", n}, {"padding", padding}});
        }
        return lines;
    }

    std::string path_;
    unique_fd reader_;
};

std::uint64_t number_after(std::string_view line, std::string_view key) {
    return std::stoull(std::string(line.substr(line.find(key) + key.size())));
}

TEST_F(LogStalled, CostsLinesThatAreCountedWhereTheyAreMissing) {
    const auto lines = static_cast<std::uint64_t>(flood());
    capture reader(std::move(reader_));
    ASSERT_TRUE(reader.wait_for_line("WARN  log: dropped"));
    write(component::server, level::info, "m", {{"n", lines}});
    close();
    ASSERT_TRUE(reader.wait_for_end());

    std::uint64_t next = 0;
    std::uint64_t gaps = 0;
    for (const auto& line : payloads(reader.text())) {
        if (line.starts_with("dropped")) {
            next += number_after(line, "count=");
            ++gaps;
        } else {
            ASSERT_EQ(number_after(line, "n="), next++);
        }
    }
    EXPECT_EQ(next, lines + 1);
    // One when the writer took its first batch before the flood was over, and one after.
    EXPECT_LE(gaps, 2u);
}

TEST_F(LogStalled, DoesNotHoldUpTheEnd) {
    flood();
    const auto start = std::chrono::steady_clock::now();
    close();
    EXPECT_LT(std::chrono::steady_clock::now() - start,
              std::chrono::seconds(3) * pulsar::test::patience());
}

TEST_F(LogStalled, GoesOnWhenAReaderComesBack) {
    reader_.close();  // from here on it is EPIPE
    write(component::server, level::info, "patient", {});
    capture reader(open_reader());
    EXPECT_TRUE(reader.wait_for_line("server: patient"));
    close();
}

}  // namespace
}  // namespace pulsar::log::test::log_stalled_test
