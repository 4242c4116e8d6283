// What is printed for people: the table, the page, and two results side by side.

#include "support/bench.hpp"
#include "support/daemon.hpp"
#include "support/markdown.hpp"
#include "support/temp_dir.hpp"
#include "support/text.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace pulsar::test::bench_report_test {
namespace {

using namespace std::chrono_literals;
using strings = std::vector<std::string>;

constexpr char escape = '\x1b';

void expect_words(const std::string& text, const strings& words) {
    for (const auto& word : words)
        EXPECT_TRUE(contains(text, word));
}

TEST(BenchReport, IsATableWithAHistogram) {
    daemon pulsar;
    const auto result = run(bench_with({pulsar.address(), "-w", "0s", "-d", "200ms", "-c", "3"}));
    EXPECT_EQ(result.how, exited(0));
    EXPECT_EQ(result.err, "") << "standard error is no terminal";
    expect_words(result.out,
                 {pulsar.address(), "3 connections", "frames/s", "MiB/s", "min", "p50", "p90",
                  "p99", "p99.9", "p99.99", "max", "mean", "heartbeats", "errors", "##"});
    EXPECT_EQ(result.out.find(escape), std::string::npos);
    for (const auto& line : lines_of(result.out)) {
        EXPECT_LE(line.size(), 100u + 1) << line;
        EXPECT_EQ(line.find(" \n"), std::string::npos) << "space at the end of: " << line;
    }
    pulsar.expect_orderly_exit();
}

TEST(BenchReport, NamesWhatWentWrong) {
    daemon pulsar({"--max-frame-size", "1KiB"});
    const auto result =
        run(bench_with({pulsar.address(), "-s", "0-2KiB", "-w", "0s", "-d", "1h"}), bench_grace);
    EXPECT_EQ(result.how, exited(run_failed));
    expect_words(result.out, {"errors", "closed", "lost frames", "p99.9"});
    pulsar.expect_orderly_exit();
}

TEST(BenchReport, OfNothingIsWhatWentWrongAlone) {
    daemon pulsar({"--max-frame-size", "10B"});
    const auto result = run(bench_with({pulsar.address(), "-c", "3", "-d", "1h"}), bench_grace);
    EXPECT_EQ(result.how, exited(run_failed));
    EXPECT_EQ(result.out, "");
    expect_one_complaint(result.err, {"3 x closed"});
    pulsar.expect_orderly_exit();
}

TEST(BenchReport, CanGoToAPageAndStandardOutputAtOnce) {
    const temp_dir dir;
    const auto page = dir / "page.html";
    write_file(page, std::string(1 << 20, 'x'));
    daemon pulsar;
    const auto result =
        expect_all_echoed({pulsar.address(), "-w", "0s", "-d", "200ms", "-c", "3", "--html", page});
    const auto html = read_file(page);
    EXPECT_TRUE(html.starts_with("<!DOCTYPE html>")) << html.substr(0, 100);
    EXPECT_TRUE(html.ends_with("</html>\n")) << "what the file held is gone";
    expect_words(html, {pulsar.address(), "<svg", "p99.9"});
    for (const auto* elsewhere : {"src=", "<link", "@import", "url("})
        EXPECT_EQ(html.find(elsewhere), std::string::npos) << elsewhere;
    EXPECT_GT(result.count("frames"), 0);
    pulsar.expect_orderly_exit();
}

TEST(BenchCompare, ReadsAnObjectAndAPage) {
    const temp_dir dir;
    const auto page = dir / "a.html";
    const auto object = dir / "b.json";
    daemon pulsar;
    const auto json = run(bench_with(
        {pulsar.address(), "-w", "0s", "-d", "200ms", "-c", "3", "--json", "--html", page}));
    ASSERT_EQ(json.how, exited(0));
    write_file(object, json.out);
    for (const auto& [a, b] :
         {std::pair(page, object), std::pair(object, page), std::pair(object, object)}) {
        const auto result = run(bench_with({"compare", a, b}));
        EXPECT_EQ(result.how, exited(0));
        EXPECT_EQ(result.err, "");
        expect_words(result.out, {"frames/s", "p50", "p99.9", "1.00x"});
        EXPECT_EQ(result.out.find("differ"), std::string::npos) << result.out;
        for (const auto& line : lines_of(result.out)) {
            if (line.find("x\n") == std::string::npos) continue;
            EXPECT_NE(line.find("1.00x"), std::string::npos) << "one run, and so equal: " << line;
        }
    }
    pulsar.expect_orderly_exit();
}

TEST(BenchCompare, NamesTheParametersThatDiffer) {
    const temp_dir dir;
    daemon pulsar;
    const auto measure = [&](const std::string& name, const strings& flags) {
        write_file(
            dir / name,
            run(bench_with({pulsar.address(), "-w", "0s", "-d", "100ms", "--json"}, flags)).out);
    };
    measure("a", {"-c", "3"});
    measure("b", {"-c", "4", "-p", "7"});
    const auto result = run(bench_with({"compare", dir / "a", dir / "b"}));
    EXPECT_EQ(result.how, exited(0));
    expect_words(result.out, {"connections", "pipeline", "differ"});
    pulsar.expect_orderly_exit();
}

TEST(BenchCompare, RejectsWhatIsNoResult) {
    const temp_dir dir;
    daemon pulsar;
    const auto good = dir / "good.json";
    write_file(good, run(bench_with({pulsar.address(), "-n", "50", "--json"})).out);
    pulsar.expect_orderly_exit();
    const auto object = read_file(good);
    const auto bad = dir / "bad";
    const auto expect_rejected = [&](const std::string& why) {
        expect_refusal({"compare", good, bad}, bad_usage, {bad, why});
        expect_refusal({"compare", bad, good}, bad_usage, {bad, why});
    };
    expect_rejected("No such file or directory");
    for (const auto& content :
         {std::string(), std::string("garbage\n"), std::string("[]"), std::string("{}"),
          std::string("<html></html>"), std::string("\x1b[31m\xff", 6),
          object.substr(0, object.size() / 2), object + object}) {
        write_file(bad, content);
        expect_rejected("");
    }
    expect_refusal({"compare", good, dir / ""}, bad_usage, {"Is a directory"});
    expect_refusal({"compare", good}, bad_usage, {"compare"});
    expect_refusal({"compare", good, good, good}, bad_usage, {"compare"});
}

}  // namespace
}  // namespace pulsar::test::bench_report_test
