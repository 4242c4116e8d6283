#include "log/writer.hpp"
#include "log_fixture.hpp"
#include "support/deadline.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <deque>
#include <future>
#include <mutex>
#include <new>
#include <sys/eventfd.h>

namespace pulsar::log::test::log_writer_test {
namespace {

/// A file of which a test says what it takes.
class disk {
  public:
    /// From now on: so many bytes, then that error.
    void allow(std::size_t room, int error) {
        const std::lock_guard lock(mutex_);
        room_ = room;
        error_ = error;
        refused_ = false;
    }
    std::size_t write(std::string_view bytes, std::error_code& error) {
        const std::lock_guard lock(mutex_);
        const auto taken = bytes.substr(0, room_);
        content_ += taken;
        room_ -= taken.size();
        if (taken.empty()) {
            refused_ = true;
            error.assign(error_, std::generic_category());
        }
        changed_.notify_all();
        return taken.size();
    }
    /// False at the deadline.
    bool wait_for(const std::string& content) {
        std::unique_lock lock(mutex_);
        return changed_.wait_until(lock, pulsar::test::deadline().at(),
                                   [&] { return content_ == content; });
    }
    /// Waits until a write has been refused since allow().
    bool wait_for_refusal() {
        std::unique_lock lock(mutex_);
        return changed_.wait_until(lock, pulsar::test::deadline().at(), [&] { return refused_; });
    }
    std::string content() {
        const std::lock_guard lock(mutex_);
        return content_;
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::size_t room_ = 1 << 20;
    int error_ = ENOSPC;
    bool refused_ = false;
    std::string content_;
};

class disk_file final : public output {
  public:
    disk_file(disk& on, const std::string& path) : disk_(on), identity_(open_file(path)) {}
    std::size_t write(std::string_view bytes, std::error_code& error) noexcept override {
        return disk_.write(bytes, error);
    }
    [[nodiscard]] int fd() const noexcept override { return identity_->fd(); }

  private:
    disk& disk_;
    std::unique_ptr<output> identity_;
};

class LogWriter : public testing::Test {
  protected:
    ~LogWriter() override {
        if (started_) stop();
    }

    std::unique_ptr<output> file(disk& on) {
        return std::make_unique<disk_file>(on, dir_ / (&on == &old_ ? "old" : "new"));
    }

    /// Made at the first call, with the hooks of that moment.
    writer& writer_of_old() {
        if (!writer_) writer_ = std::make_shared<writer>(64, file(old_), hooks_);
        return *writer_;
    }
    line_queue& queue() { return writer_of_old().queue(); }

    void start() {
        writer_of_old().start();
        started_ = true;
    }
    void stop() {
        writer_->finish();
        writer_.reset();
        started_ = false;
    }

    pulsar::test::temp_dir dir_;
    disk old_;
    disk new_;
    disk* reopened_to_ = &new_;
    std::promise<std::error_code> reopened_;
    writer::hooks hooks_{
        .lost_line = [](auto count) { return "lost " + std::to_string(count) + "\n"; },
        .open = [this]() -> std::unique_ptr<output> {
            if (!reopened_to_) throw std::system_error(ENOENT, std::generic_category());
            return file(*reopened_to_);
        },
        .reopened = [this](const auto& error) { reopened_.set_value(error); },
        .tick = [] { return std::nullopt; }};
    std::shared_ptr<writer> writer_;
    bool started_ = false;
};

TEST_F(LogWriter, WritesWhatIsLeftWhenClosed) {
    start();
    queue().append("one\n");
    queue().append("two\n");
    stop();
    EXPECT_EQ(old_.content(), "one\ntwo\n");
}

TEST_F(LogWriter, CompletesALineThatAFullDiskCut) {
    start();
    for (const int error : {ENOSPC, EIO, EPIPE, EDQUOT}) {
        const auto before = old_.content();
        old_.allow(2, error);
        queue().append("one\n");
        ASSERT_TRUE(old_.wait_for(before + "on"));
        ASSERT_TRUE(old_.wait_for_refusal());
        queue().append("two\n");
        old_.allow(1 << 20, error);
        ASSERT_TRUE(old_.wait_for(before + "one\ntwo\n")) << old_.content();
    }
}

TEST_F(LogWriter, TellsOfLossWhereItHappened) {
    old_.allow(0, ENOSPC);
    start();
    queue().append("first\n");
    ASSERT_TRUE(old_.wait_for_refusal());
    const std::string line(31, '.');
    queue().append(line + "\n");
    queue().append(line + "\n");
    for (int i = 0; i < 5; ++i)
        queue().append("lost\n");
    old_.allow(1 << 20, ENOSPC);
    const auto until_gap = "first\n" + line + "\n" + line + "\nlost 5\n";
    ASSERT_TRUE(old_.wait_for(until_gap)) << old_.content();
    queue().append("after\n");
    stop();
    EXPECT_EQ(old_.content(), until_gap + "after\n");
}

TEST_F(LogWriter, ALossThatCannotBeToldIsTriedAgainEverMoreRarelyAndHoldsUpNoLine) {
    std::atomic<int> tries{0};
    std::atomic<bool> line_was_seen{false};
    hooks_.lost_line = [&](std::uint64_t count) {
        if (++tries < 4 || !line_was_seen) throw std::bad_alloc();
        return "lost " + std::to_string(count) + "\n";
    };
    queue().lose(2);
    const auto begin = std::chrono::steady_clock::now();
    start();
    queue().append("line\n");
    ASSERT_TRUE(old_.wait_for("line\n")) << old_.content();
    queue().lose(1);
    line_was_seen = true;
    ASSERT_TRUE(old_.wait_for("line\nlost 3\n")) << old_.content();
    EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(700));
}

TEST_F(LogWriter, ALossThatCannotBeToldDoesNotHoldUpTheClose) {
    int tries = 0;
    hooks_.lost_line = [&](auto) -> std::string {
        ++tries;
        throw std::bad_alloc();
    };
    queue().lose(1);
    queue().append("line\n");
    start();
    const auto start_of_close = std::chrono::steady_clock::now();
    stop();
    EXPECT_LT(std::chrono::steady_clock::now() - start_of_close,
              std::chrono::seconds(3) * pulsar::test::patience());
    EXPECT_EQ(old_.content(), "line\n");
    EXPECT_GE(tries, 1);
    EXPECT_LE(tries, 5);
}

TEST_F(LogWriter, TakesNoSignals) {
    sigset_t blocked;
    hooks_.lost_line = [&](auto) {
        ::pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
        return std::string();
    };
    ::sigemptyset(&blocked);
    queue().lose(1);
    start();
    stop();
    for (const int signal : {SIGPIPE, SIGINT, SIGTERM, SIGHUP}) {
        EXPECT_EQ(::sigismember(&blocked, signal), 1) << signal;
    }
}

TEST_F(LogWriter, ReopenSplitsTheLinesWhereItWasAskedFor) {
    queue().append("before\n");
    EXPECT_TRUE(writer_of_old().reopen());
    queue().append("after\n");
    start();
    stop();
    EXPECT_EQ(old_.content(), "before\n");
    EXPECT_EQ(new_.content(), "after\n");
    EXPECT_EQ(reopened_.get_future().get(), std::error_code());
}

TEST_F(LogWriter, TheNewFileGetsALineWholeThatTheOldOneCut) {
    old_.allow(8, ENOSPC);
    start();
    queue().append("whole\n");
    queue().append("cut in two\n");
    ASSERT_TRUE(old_.wait_for("whole\ncu"));
    EXPECT_TRUE(writer_of_old().reopen());
    queue().append("after\n");
    ASSERT_TRUE(new_.wait_for("cut in two\nafter\n")) << new_.content();
    EXPECT_EQ(old_.content(), "whole\ncu");
}

TEST_F(LogWriter, ReopeningTheSameFileCompletesTheCutLine) {
    reopened_to_ = &old_;
    old_.allow(3, EAGAIN);
    start();
    queue().append("one line\n");
    ASSERT_TRUE(old_.wait_for("one"));
    EXPECT_TRUE(writer_of_old().reopen());
    EXPECT_EQ(reopened_.get_future().get(), std::error_code());
    old_.allow(1 << 20, EAGAIN);
    stop();
    EXPECT_EQ(old_.content(), "one line\n");
}

TEST_F(LogWriter, TheNewFileStartsOnALineOfItsOwn) {
    pulsar::test::write_file(dir_ / "new", "cut");
    EXPECT_TRUE(writer_of_old().reopen());
    queue().append("after\n");
    start();
    stop();
    EXPECT_EQ(new_.content(), "\nafter\n");
}

TEST_F(LogWriter, AFailedReopenKeepsTheOldFile) {
    reopened_to_ = nullptr;
    queue().append("before\n");
    EXPECT_TRUE(writer_of_old().reopen());
    queue().append("after\n");
    start();
    stop();
    EXPECT_EQ(old_.content(), "before\nafter\n");
    EXPECT_EQ(reopened_.get_future().get(), std::errc::no_such_file_or_directory);
}

TEST_F(LogWriter, CloseAbandonsAFileThatTakesNothing) {
    for (const int error : {ENOSPC, EAGAIN}) {
        old_.allow(0, error);
        start();
        queue().append("never\n");
        const auto start_of_close = std::chrono::steady_clock::now();
        const std::weak_ptr<writer> last = writer_;
        stop();
        EXPECT_LT(std::chrono::steady_clock::now() - start_of_close,
                  std::chrono::seconds(3) * pulsar::test::patience());
        EXPECT_TRUE(pulsar::test::eventually([&] { return last.expired(); })) << "it goes on";
    }
    EXPECT_EQ(old_.content(), "");
}

}  // namespace
}  // namespace pulsar::log::test::log_writer_test
