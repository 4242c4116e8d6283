// Does what each page shows, in its order: what it shows is what happens, but for the figures.

#include "support/markdown.hpp"
#include "support/pages.hpp"
#include "support/pattern.hpp"
#include "support/process.hpp"
#include "support/skip_without.hpp"
#include "support/temp_dir.hpp"
#include "support/terminal.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace pulsar::test::page_transcripts_test {
namespace {

using namespace std::chrono_literals;
using strings = std::vector<std::string>;

/// A line of output without what differs from run to run. Of a load, what was asked for stays, and
/// of a count the 0.
std::string comparable(const std::string& printed) {
    static const pattern spaces(" +");
    static const pattern time_of_all_frames("^((echo|churn) on .*), [\\d.,]+ m?s\n");
    static const pattern bar("^[\\d.,]+ - .*\n");
    static const pattern exact("((echo|idle|churn) on|connections|status|\\*) .*\n");
    static const pattern figure("(^| )(?!0\\s)\\d[\\d.,]*(?=[x\\s])");
    auto line = spaces.replaced_in(printed, " ");
    if (line.starts_with(' ')) line.erase(0, 1);
    line = time_of_all_frames.replaced_in(line, "$1, TIME\n");
    line = bar.replaced_in(line, "BAR\n");
    return exact.matches(line) ? line : figure.replaced_in(line, "$1N");
}

/// The lines of an output, its bars as one. Whether the generator was the limit is left out: that
/// depends on the machine.
strings shape(const std::string& output) {
    static const pattern limit(
        "\nthe generator was the limit: [^]*?\n(?=\n)"
        "|\n[*] the generator was the limit of [^\n]*\n");
    strings shown;
    for (const auto& line : lines_of(limit.replaced_in(output, ""))) {
        auto next = comparable(line);
        const bool among_bars = next == "BAR\n" || next == "...\n";
        if (!among_bars || shown.empty() || shown.back() != "BAR\n") shown.push_back(next);
    }
    return shown;
}

/// A command that measures prints other figures each time.
bool measures(const std::string& line) {
    return line.starts_with("jq ") || line.find("pulsar-bench ") != line.npos;
}

/// The daemon in the foreground, and nothing behind it.
bool starts_a_daemon(const std::string& line) {
    return pattern("pulsar( [^;|]*)?").matches(line);
}

/// A page's reader, with a daemon in one terminal and commands in another.
class reader {
  public:
    void run_commands(const code_block& block) {
        for (const auto& [line, output] : commands(block.content)) {
            if (starts_a_daemon(line)) {
                ASSERT_TRUE(!daemon_ || daemon_->ended()) << line;
                daemon_ = std::make_unique<terminal>(dir_, line);
                daemon_->follow(lines_of(output));
            } else {
                run_command(line, output);
            }
        }
    }

    void follow_log(const code_block& block) {
        ASSERT_TRUE(daemon_);
        daemon_->follow(lines_of(block.content));
    }

    [[nodiscard]] const temp_dir& directory() const { return dir_; }

  private:
    void run_command(const std::string& line, const std::string& output) {
        const auto printed = output_of(dir_, filled_in(line), 30s);
        if (measures(line)) {
            EXPECT_EQ(shape(printed), shape(filled_in(output))) << line;
        } else {
            EXPECT_EQ(printed, filled_in(output)) << line;
        }
    }

    [[nodiscard]] std::string filled_in(const std::string& text) const {
        return daemon_ ? daemon_->filled_in(text) : text;
    }

    const temp_dir dir_;
    std::unique_ptr<terminal> daemon_;
};

std::vector<code_block> shown_by(const std::string& page) {
    return blocks_of(page, {"console", "log"});
}

/// The tools that these blocks need and that are not here.
std::string missing_tools(const reader& who, const std::vector<code_block>& blocks) {
    const std::pair<const char*, const char*> probes[]{
        {"nc", "nc -h 2>&1 | grep -e '-N.*Shutdown'"},  // OpenBSD's
        {"xxd", "command -v xxd"},
        {"jq", "command -v jq"},
        {"curl", "command -v curl"},
        {"nginx", "test -e /usr/lib/nginx/modules/ngx_stream_module.so"},
    };
    std::string missing;
    for (const auto& [tool, probe] : probes) {
        const auto used = pattern((std::string("(^|[ |(])") + tool + ' ').c_str());
        for (const auto& block : blocks) {
            if (!used.is_in(block.content)) continue;
            if (run(shell_in(who.directory(), probe)).how != exited(0))
                missing += ' ' + std::string(tool);
            break;
        }
    }
    return missing;
}

class PageTranscripts : public testing::TestWithParam<std::string> {};

TEST_P(PageTranscripts, ShowWhatHappens) {
    const auto blocks = shown_by(GetParam());
    reader who;
    const auto missing = missing_tools(who, blocks);
    if (!missing.empty()) return skip_without(missing + " (nc that of OpenBSD)");
    for (const auto& block : blocks) {
        SCOPED_TRACE(where(block));
        if (block.language == "log") {
            who.follow_log(block);
        } else {
            who.run_commands(block);
        }
        if (HasFatalFailure()) return;
    }
}

strings pages_to_try() {
    auto pages = page_paths();
    std::erase_if(pages, [](const auto& page) { return shown_by(page).empty(); });
    return pages;
}

/// `src_bench_README` of `src/bench/README.md`.
std::string test_name(const testing::TestParamInfo<std::string>& page) {
    return pattern("\\W").replaced_in(pattern("\\.md$").replaced_in(page.param, ""), "_");
}

INSTANTIATE_TEST_SUITE_P(Of, PageTranscripts, testing::ValuesIn(pages_to_try()), test_name);

TEST(PageTranscripts, ShapeKeepsWhatIsNotAFigure) {
    std::string all;
    for (const auto& block : blocks_of("src/bench/README.md", {"console"})) {
        for (const auto& one : commands(block.content)) {
            for (const auto& line : shape(one.output))
                all += line;
        }
    }
    for (const auto* kept :
         {"echo on :8080, 50 connections, 64B frames, pipeline 1, 1 thread, "
          "10 s after 1 s warm-up\n",
          "\nframes N\n", "\nframes/s N N Nx\n", "\nconnections 5,000\n", "\nheartbeats 0\n",
          "\nheartbeats N\n", "\nerrors 0\n", "BAR\n", "* frame size 64B 4KiB\n", "status 1\n",
          "status 2\n", "status 3\n", "\n\"p99_9\": N\n"}) {
        EXPECT_NE(all.find(kept), std::string::npos) << kept << "in: " << all;
    }
}

}  // namespace
}  // namespace pulsar::test::page_transcripts_test
