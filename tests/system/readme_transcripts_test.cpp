// Runs the README: what it shows is what happens.

#include "support/process.hpp"
#include "support/readme.hpp"
#include "support/temp_dir.hpp"
#include "support/terminal.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace pulsar::test {
namespace {

const std::string by_hand = "Trying it by hand";
const std::string load_testing = "Load testing";  // which readme_load_test.cpp runs

bool has_netcat_and_xxd(const temp_dir& dir) {
    const auto* const probe = "command -v xxd && nc -h 2>&1 | grep -e '-N.*Shutdown'";
    return run(shell_in(dir, probe)).how == exited(0);
}

TEST(ReadmeTranscripts, ByHand) {
    const temp_dir dir;
    if (!has_netcat_and_xxd(dir)) GTEST_SKIP() << "needs xxd and the nc of OpenBSD, which has -N";
    std::unique_ptr<terminal> daemon;
    for (const auto& block : readme_blocks({"console", "log"})) {
        if (block.section != by_hand) continue;
        SCOPED_TRACE(where(block));
        if (block.language == "log") {
            ASSERT_TRUE(daemon);
            daemon->follow(lines_of(block.content));
            continue;
        }
        for (const auto& [line, output] : commands(block.content)) {
            if (line.starts_with("pulsar")) {
                ASSERT_TRUE(!daemon || daemon->ended());
                daemon = std::make_unique<terminal>(dir, line);
                daemon->follow(lines_of(output));
            } else {
                ASSERT_TRUE(daemon);
                EXPECT_EQ(output_of(dir, daemon->filled_in(line)), output) << line;
            }
        }
    }
    ASSERT_TRUE(daemon);
    EXPECT_TRUE(daemon->ended());
}

TEST(ReadmeTranscripts, OfOtherSections) {
    std::size_t run = 0;
    for (const auto& block : readme_blocks({"console"})) {
        if (block.section == by_hand || block.section == load_testing) continue;
        SCOPED_TRACE(where(block));
        const temp_dir dir;
        for (const auto& [line, output] : commands(block.content)) {
            EXPECT_EQ(output_of(dir, line), output) << line;
            ++run;
        }
    }
    EXPECT_GT(run, 0u);
}

}  // namespace
}  // namespace pulsar::test
