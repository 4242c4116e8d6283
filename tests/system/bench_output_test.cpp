// Where the result goes, and what becomes of one that cannot be written.

#include "support/bench.hpp"
#include "support/daemon.hpp"
#include "support/markdown.hpp"
#include "support/temp_dir.hpp"
#include "support/text.hpp"
#include "support/unique_fd.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <cstddef>
#include <fcntl.h>
#include <string>
#include <unistd.h>
#include <vector>

namespace pulsar::test::bench_output_test {
namespace {

using namespace std::chrono_literals;
using strings = std::vector<std::string>;

class BenchOutput : public testing::Test {
  protected:
    BenchOutput() {
        write_file(result_, run(bench_with({pulsar_.address(), "-n", "50", "--json"})).out);
        write_file(other_, read_file(result_));
    }

    ~BenchOutput() override { pulsar_.expect_orderly_exit(); }

    /// The flags for each kind of output.
    [[nodiscard]] std::vector<strings> all_kinds() {
        return {{pulsar_.address(), "-n", "50"},
                {pulsar_.address(), "-n", "50", "--json"},
                {"compare", result_, other_},
                {"merge", result_, other_},
                {"--help"},
                {"--version"}};
    }

    daemon pulsar_;
    const temp_dir dir_;
    const std::string result_ = dir_ / "a.json";
    const std::string other_ = dir_ / "b.json";
};

TEST_F(BenchOutput, OnAFullDiskIsAFailure) {
    const unique_fd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
    for (const auto& flags : all_kinds()) {
        SCOPED_TRACE(testing::PrintToString(flags));
        auto how = bench_with(flags);
        how.standard[1] = full.get();
        const auto result = run(how);
        EXPECT_EQ(result.how, exited(run_failed));
        expect_one_complaint(result.err,
                             {"cannot write to standard output: No space left on device"});
    }
}

TEST_F(BenchOutput, ToAClosedDescriptorIsAFailure) {
    for (const auto& flags : all_kinds()) {
        SCOPED_TRACE(testing::PrintToString(flags));
        auto how = bench_with(flags);
        how.standard[1] = launch::closed;
        const auto result = run(how);
        EXPECT_EQ(result.how, exited(run_failed));
        expect_one_complaint(result.err, {"cannot write to standard output: Bad file descriptor"});
    }
}

TEST_F(BenchOutput, IsAllThatNeedsADescriptor) {
    for (const auto& flags : all_kinds()) {
        SCOPED_TRACE(testing::PrintToString(flags));
        auto how = bench_with(flags);
        how.standard = {launch::closed, launch::piped, launch::closed};
        const auto result = run(how);
        EXPECT_EQ(result.how, exited(0));
        EXPECT_NE(result.out, "");
    }
}

TEST_F(BenchOutput, OfClosedDescriptorsDoesNotReachAConnection) {
    daemon pulsar;
    auto how = bench_with({pulsar.address(), "-n", "50", "-c", "4", "--json"});
    how.standard = {launch::closed, launch::closed, launch::closed};
    EXPECT_EQ(run(how).how, exited(run_failed));
    EXPECT_EQ(number(pulsar.expect_orderly_exit(), "frames"), 50);
    EXPECT_TRUE(pulsar.events("connection", "truncated frame").empty());
}

TEST_F(BenchOutput, IntoABrokenPipeIsAFailure) {
    for (const auto& flags : all_kinds()) {
        SCOPED_TRACE(testing::PrintToString(flags));
        int ends[2];
        ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
        const unique_fd writer(ends[1]);
        unique_fd(ends[0]).close();
        auto how = bench_with(flags);
        how.standard[1] = writer.get();
        const auto result = run(how);
        EXPECT_EQ(result.how, exited(run_failed));
        expect_one_complaint(result.err, {"cannot write to standard output: Broken pipe"});
    }
}

TEST_F(BenchOutput, IsPrintedThoughAFileCannotBeWrittenInTheEnd) {
    for (const auto* flag : {"--html", "--hdr"}) {
        const auto [how, result, err] =
            run_bench({pulsar_.address(), "-n", "50", flag, "/dev/full"});
        EXPECT_EQ(how, exited(run_failed));
        EXPECT_EQ(result.count("frames"), 50);
        expect_one_complaint(err, {"/dev/full", "No space left on device"});
    }
}

TEST_F(BenchOutput, OfEachKindThatCannotBeWrittenIsNamed) {
    const unique_fd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
    auto how =
        bench_with({pulsar_.address(), "-n", "50", "--html", "/dev/full", "--hdr", "/dev/full"});
    how.standard[1] = full.get();
    const auto result = run(how);
    EXPECT_EQ(result.how, exited(run_failed));
    const auto lines = lines_of(result.err);
    ASSERT_EQ(lines.size(), 3U) << result.err;
    EXPECT_TRUE(contains(lines[0], "standard output"));
    EXPECT_TRUE(contains(lines[1], "/dev/full"));
    EXPECT_TRUE(contains(lines[2], "/dev/full"));
}

TEST_F(BenchOutput, LeavesAFileAloneWhereThereIsNoResult) {
    const auto page = dir_ / "page";
    write_file(page, "precious");
    expect_refusal({"127.0.0.1:1", "--html", page}, run_failed, {"127.0.0.1:1"}, bench_grace);
    EXPECT_EQ(read_file(page), "precious");
    const auto longer = std::string(1 << 20, 'x');
    write_file(page, longer);
    EXPECT_EQ(run(bench_with({pulsar_.address(), "-n", "50", "--hdr", page})).how, exited(0));
    EXPECT_FALSE(contains(read_file(page), "xx")) << "what the file held is gone";
}

/// The file would be emptied for the page, and what went there before be gone.
TEST_F(BenchOutput, AsAFileDoesNotTakeThePlaceOfTheStandardOnes) {
    for (const int descriptor : {STDOUT_FILENO, STDERR_FILENO}) {
        const std::string log = dir_ / "log";
        write_file(log, "before\n");
        const unique_fd file(::open(log.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
        const auto* const device = descriptor == STDOUT_FILENO ? "/dev/stdout" : "/dev/stderr";
        for (const auto& path : {log, std::string(device)}) {
            auto how = bench_with({pulsar_.address(), "-n", "50", "--json", "--html", path});
            how.standard[static_cast<std::size_t>(descriptor)] = file.get();
            EXPECT_EQ(run(how).how, exited(bad_usage)) << path;
        }
        const auto kept = read_file(log);
        EXPECT_TRUE(kept.starts_with("before\n")) << kept;
        EXPECT_FALSE(contains(kept, "<html")) << kept;
    }
}

TEST_F(BenchOutput, GoesIntoAPipeByName) {
    const auto result =
        run(bench_with({pulsar_.address(), "-n", "50", "--json", "--hdr", "/dev/stderr"}));
    EXPECT_EQ(result.how, exited(0));
    EXPECT_TRUE(contains(result.err, "1/(1-Percentile)"));
}

}  // namespace
}  // namespace pulsar::test::bench_output_test
