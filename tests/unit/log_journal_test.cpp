#include "as_standard_output.hpp"
#include "environment_variable.hpp"
#include "log_fixture.hpp"
#include "pulsar/log/limited.hpp"
#include "support/capture.hpp"
#include "support/journal_stream.hpp"
#include "support/json.hpp"

#include <array>
#include <chrono>
#include <fcntl.h>
#include <memory>
#include <unistd.h>

namespace pulsar::log::test::log_journal_test {
namespace {

using namespace std::chrono_literals;
using pulsar::test::as_standard_output;
using pulsar::test::environment_variable;
using pulsar::test::unique_fd;
using strings = std::vector<std::string>;

/// A stream that can be the journal's: is_journal() does not ask for a socket.
struct stream {
    stream() {
        std::array<int, 2> ends{-1, -1};
        EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
        near = unique_fd(ends[1]);
        reader = std::make_unique<pulsar::test::capture>(unique_fd(ends[0]));
    }

    unique_fd near;
    std::unique_ptr<pulsar::test::capture> reader;
};

class LogJournal : public LogFixture {
  protected:
    static void open_on(const stream& out, format as = format::text) {
        const as_standard_output redirected(out.near.get());
        open({.levels = *parse_levels("trace"), .format = as});
    }

    /// Closes the log; all that came to `from`.
    static std::string end_of(stream& from) {
        close();
        from.near.close();
        EXPECT_TRUE(from.reader->wait_for_end());
        return from.reader->text();
    }

    stream journal_;
    const environment_variable named_{"JOURNAL_STREAM",
                                      pulsar::test::journal_stream(journal_.near.get())};
};

TEST_F(LogJournal, IsGivenPrioritiesInPlaceOfTimesAndLevels) {
    open_on(journal_);
    for (const auto severity :
         {level::trace, level::debug, level::info, level::warn, level::error}) {
        write(component::connection, severity, "closed", {{"conn", 1}, {"peer", "unix:"}});
    }
    write(component::server, level::info, "frame\ntoo large", {{"head", "GET "}});
    EXPECT_EQ(split_lines(end_of(journal_)), (strings{
                                                 "<7>connection: closed conn=1 peer=unix:",
                                                 "<7>connection: closed conn=1 peer=unix:",
                                                 "<6>connection: closed conn=1 peer=unix:",
                                                 "<4>connection: closed conn=1 peer=unix:",
                                                 "<3>connection: closed conn=1 peer=unix:",
                                                 R"(<6>server: frame\ntoo large head="GET ")",
                                             }));
}

TEST_F(LogJournal, IsToldOfSuppressedEventsAlike) {
    limited kind(component::listener, level::warn, "refused", 1h, limited::tally::suppressed);
    open_on(journal_);
    for (int i = 0; i < 3; ++i)
        kind.write({});
    EXPECT_EQ(split_lines(end_of(journal_)),
              (strings{"<4>listener: refused", "<4>listener: refused suppressed=1"}));
}

TEST_F(LogJournal, IsToldOfDroppedEventsAlike) {
    open_on(journal_);
    write_too_much();
    EXPECT_EQ(split_lines(end_of(journal_)), strings{"<4>log: dropped count=1"});
}

TEST_F(LogJournal, IsGivenJsonAsItIs) {
    open_on(journal_, format::json);
    write(component::server, level::warn, "m", {});
    const auto lines = split_lines(end_of(journal_));
    ASSERT_EQ(lines.size(), 1u);
    EXPECT_TRUE(lines[0].starts_with(R"({"time":")")) << lines[0];
    EXPECT_TRUE(lines[0].ends_with(R"(","level":"warn","module":"server","msg":"m"})")) << lines[0];
}

TEST_F(LogJournal, HasNoSayInWhatElseIsWritten) {
    stream other;
    open_on(other);
    write(component::server, level::info, "elsewhere", {});
    const auto lines = split_lines(end_of(other));
    ASSERT_EQ(lines.size(), 1u);
    EXPECT_TRUE(lines[0].ends_with("Z INFO  server: elsewhere")) << lines[0];

    std::string path;
    {
        const as_standard_output redirected(journal_.near.get());
        path = open_file_log("log");
    }
    write(component::server, level::info, "to a file", {});
    close();
    const auto text = pulsar::test::read_file(path);
    EXPECT_TRUE(text.ends_with("Z INFO  server: to a file\n")) << text;
}

}  // namespace
}  // namespace pulsar::log::test::log_journal_test
