// Results of several machines that become one.

#include "support/bench.hpp"
#include "support/daemon.hpp"
#include "support/markdown.hpp"
#include "support/temp_dir.hpp"
#include "support/text.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace pulsar::test::bench_merge_test {
namespace {

using strings = std::vector<std::string>;

class BenchMerge : public testing::Test {
  protected:
    ~BenchMerge() override { pulsar_.expect_orderly_exit(); }

    /// The file with the result of a run.
    [[nodiscard]] std::string result_of(const strings& flags) { return result_of(flags, pulsar_); }
    [[nodiscard]] std::string result_of(const strings& flags, daemon& pulsar) {
        auto how = bench_with({pulsar.address(), "--json"}, flags);
        const auto file = dir_ / std::to_string(++results_);
        write_file(file, run(how, bench_grace).out);
        return file;
    }

    daemon pulsar_;
    const temp_dir dir_;
    int results_ = 0;
};

TEST_F(BenchMerge, AddsThemUp) {
    const auto page = dir_ / "page";
    const auto hdr = dir_ / "hdr";
    const auto a = result_of({"-n", "300", "-c", "3"});
    const auto b = result_of({"-n", "200", "-c", "2", "--html", page});
    for (const auto& second : {b, page}) {
        const auto text = run(bench_with({"merge", a, second}));
        EXPECT_EQ(text.how, exited(0));
        EXPECT_EQ(text.err, "");
        EXPECT_TRUE(contains(text.out, "5 connections"));
    }
    const auto merged = dir_ / "merged";
    const auto all = run(bench_with({"merge", "--json", a, b, "--html", merged, "--hdr", hdr}));
    EXPECT_EQ(all.how, exited(0));
    EXPECT_EQ(all.err, "");
    const bench_result sum(all.out);
    EXPECT_EQ(sum.count("frames"), 500);
    EXPECT_EQ(sum.count("connections"), 5);
    EXPECT_EQ(sum.errors(), 0);
    EXPECT_TRUE(contains(read_file(hdr), "Total count    =          500"));
    EXPECT_TRUE(read_file(merged).starts_with("<!DOCTYPE html>"));
    EXPECT_EQ(run(bench_with({"compare", a, merged})).how, exited(0)) << "it is a result itself";
    EXPECT_EQ(bench_result(run(bench_with({"merge", "--json", merged, b, a})).out).count("frames"),
              1000);
}

TEST_F(BenchMerge, HasTheStatusOfARun) {
    const auto good = result_of({"-n", "100"});
    daemon strict({"--max-frame-size", "10B"});
    const auto bad = result_of({"-c", "2"}, strict);
    strict.expect_orderly_exit();
    const auto held = run(bench_with({"merge", good, bad, "--fail-if", "errors>1"}));
    EXPECT_EQ(held.how, exited(condition_held));
    EXPECT_TRUE(contains(held.err, "2 x closed\n")) << "no file has the words of the first";
    EXPECT_TRUE(contains(held.err, "errors>1: errors is 2"));
    EXPECT_EQ(run(bench_with({"merge", good, bad})).how, exited(run_failed));
    EXPECT_EQ(run(bench_with({"merge", good, bad, "--fail-if", "errors>2"})).how,
              exited(run_failed));
    const auto other = result_of({"-n", "100"});
    EXPECT_EQ(run(bench_with({"merge", good, other, "--fail-if", "max<0us"})).how, exited(0));
}

TEST_F(BenchMerge, RejectsWhatDoesNotFit) {
    const auto good = result_of({"-n", "100"});
    const auto churn = result_of({"-n", "100", "--mode", "churn"});
    const auto deep = result_of({"-n", "100", "-p", "4"});
    const auto large = result_of({"-n", "100", "-s", "100B"});
    const auto rejected = [&](const std::string& other, const strings& words) {
        const auto page = dir_ / "page";
        write_file(page, "precious");
        expect_refusal({"merge", good, other, "--html", page}, bad_usage, words);
        EXPECT_EQ(read_file(page), "precious");
    };
    rejected(churn, {good, churn, "mode", "echo", "churn"});
    rejected(deep, {deep, "pipeline", "1", "4"});
    rejected(large, {large, "frame size", "64B", "100B"});
    rejected(good, {good, "given twice"});
    rejected(dir_ / "missing", {"missing", "No such file or directory"});
    write_file(dir_ / "foreign", "{\"requests\": 5}\n");
    rejected(dir_ / "foreign", {"foreign"});
    expect_refusal({"merge", good}, bad_usage, {"merge", "two or more"});
    expect_refusal({"merge", good, deep, "--hdr", deep}, bad_usage, {"--hdr", deep});
}

}  // namespace
}  // namespace pulsar::test::bench_merge_test
