#include "environment_variable.hpp"
#include "pulsar/system/journal.hpp"
#include "support/journal_stream.hpp"
#include "support/unique_fd.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <unistd.h>

namespace pulsar::system::journal_test {
namespace {

using pulsar::test::environment_variable;
using pulsar::test::journal_stream;

class SystemJournal : public testing::Test {
  protected:
    SystemJournal() {
        ::unsetenv("JOURNAL_STREAM");
        std::array<int, 2> ends{-1, -1};
        EXPECT_EQ(::pipe(ends.data()), 0);
        reader_ = unique_fd(ends[0]);
        writer_ = unique_fd(ends[1]);
    }

    unique_fd reader_;
    unique_fd writer_;
};

TEST_F(SystemJournal, IsWhatTheVariableNames) {
    const environment_variable named("JOURNAL_STREAM", journal_stream(writer_.get()));
    EXPECT_TRUE(is_journal(writer_.get()));
}

TEST_F(SystemJournal, IsNothingWithoutTheVariable) {
    EXPECT_FALSE(is_journal(writer_.get()));
}

TEST_F(SystemJournal, IsNotWhereTheOutputHasGoneInItsPlace) {
    const environment_variable named("JOURNAL_STREAM", journal_stream(writer_.get()));
    std::array<int, 2> ends{-1, -1};
    ASSERT_EQ(::pipe(ends.data()), 0);
    const unique_fd reader(ends[0]);
    const unique_fd writer(ends[1]);
    EXPECT_FALSE(is_journal(writer.get()));
    EXPECT_FALSE(is_journal(-1));
}

TEST_F(SystemJournal, IsNotNamedByAnythingElse) {
    const auto right = journal_stream(writer_.get());
    const auto colon = right.find(':');
    const auto device = right.substr(0, colon);
    const auto inode = right.substr(colon + 1);
    for (const auto& value : {std::string(),
                              std::string(":"),
                              device,
                              inode,
                              device + ":",
                              ":" + inode,
                              device + ":" + inode + "0",
                              "1" + device + ":" + inode,
                              device + ":1" + inode,
                              device + " " + inode,
                              device + "::" + inode,
                              right + " ",
                              " " + right,
                              right + ":",
                              right + "\n",
                              "+" + right,
                              "0" + right,
                              device + ":0" + inode,
                              device + ":-" + inode,
                              std::string("no:number"),
                              std::string(100'000, '9') + ":" + inode,
                              device + ":" + std::string(100'000, '9'),
                              std::string("18446744073709551616:0"),
                              std::string("\xff:\xff")}) {
        const environment_variable named("JOURNAL_STREAM", value);
        EXPECT_FALSE(is_journal(writer_.get())) << value.substr(0, 100);
    }
}

}  // namespace
}  // namespace pulsar::system::journal_test
