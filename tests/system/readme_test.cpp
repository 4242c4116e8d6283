// The README's fenced blocks are of these kinds: `sh`, parsed here; `console`, a transcript that
// readme_transcripts_test.cpp runs, or of load testing readme_load_test.cpp; `log`, what the daemon
// of the last transcript logs next; `toml`, `json` and `ini`, read here; `text`, which only
// illustrates.

#include "support/readme.hpp"

#include "support/daemon.hpp"
#include "support/json.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <iterator>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace pulsar::test {
namespace {

using strings = std::vector<std::string>;

strings words_of(const std::string& text) {
    std::istringstream in(text);
    return {std::istream_iterator<std::string>(in), {}};
}

bool in_repository(const std::string& path) {
    return std::filesystem::exists(PULSAR_SOURCE_DIR "/" + path);
}

void expect_accepted(strings flags) {
    flags.emplace_back("--print-config");
    const auto result = run(pulsar_with(flags));
    EXPECT_EQ(result.how, exited(0)) << result.err;
}

TEST(Readme, HasNoBlockThatIsNotTested) {
    const std::set<std::string> kinds{"sh", "console", "log", "toml", "json", "ini", "text"};
    for (const auto& block : code_blocks(repository_file("README.md"))) {
        EXPECT_TRUE(kinds.contains(block.language)) << where(block);
        EXPECT_TRUE(block.language != "log" || block.section == "Trying it by hand")
            << where(block);
    }
    for (const auto& kind : kinds)
        EXPECT_FALSE(readme_blocks({kind}).empty()) << kind;
}

TEST(Readme, ShellBlocksParseAndNameWhatExists) {
    const auto presets = repository_file("CMakePresets.json");
    const std::regex path("(\\.ci|include|src|tests)/[\\w/.]+");
    for (const auto& block : readme_blocks({"sh"})) {
        SCOPED_TRACE(where(block));
        launch how;
        how.command = {"sh", "-n", "-c", block.content};
        const auto parsed = run(how);
        EXPECT_EQ(parsed.how, exited(0)) << parsed.err;
        std::string before;
        for (const auto& word : words_of(block.content)) {
            if (std::regex_match(word, path)) {
                EXPECT_TRUE(in_repository(word)) << word;
            }
            if (before == "--preset") {
                EXPECT_NE(presets.find("\"name\": \"" + word + '"'), std::string::npos) << word;
            }
            before = word;
        }
    }
}

TEST(Readme, QuickStartInstallsWhatIsNeeded) {
    const auto block = readme_blocks({"sh"}).front();
    ASSERT_EQ(block.section, "Quick start");
    std::smatch arguments;
    ASSERT_TRUE(std::regex_search(block.content, arguments, std::regex(" install ([^&]*)&&")));
    std::set<std::string> packages;
    for (const auto& word : words_of(arguments[1])) {
        if (!word.starts_with('-') && word != "\\") packages.insert(word);
    }
    const std::set<std::string> needed{"g++",
                                       "cmake",
                                       "ninja-build",
                                       "$boost",
                                       "libspdlog-dev",
                                       "libcli11-dev",
                                       "libtomlplusplus-dev",
                                       "libgtest-dev",
                                       "libbenchmark-dev",
                                       "netcat-openbsd",
                                       "xxd",
                                       "jq"};
    EXPECT_EQ(packages, needed);
    EXPECT_NE(block.content.find("echo libboost1.81-dev || echo libboost-dev)"), std::string::npos);
}

TEST(Readme, TomlIsAccepted) {
    const temp_dir dir;
    const auto file = dir / "pulsar.toml";
    for (const auto& block : readme_blocks({"toml"})) {
        SCOPED_TRACE(where(block));
        write_file(file, block.content);
        expect_accepted({"--config", file});
    }
}

TEST(Readme, JsonIsOneEventPerLine) {
    for (const auto& block : readme_blocks({"json"})) {
        SCOPED_TRACE(where(block));
        for (const auto& logged : parse_lines(block.content)) {
            for (const auto* key : {"time", "level", "module", "msg"})
                EXPECT_NE(text(logged, key), "");
        }
    }
}

TEST(Readme, FlagsOfTheServiceAreAccepted) {
    for (const auto& block : readme_blocks({"ini"})) {
        SCOPED_TRACE(where(block));
        std::smatch flags;
        const std::regex start("\nExecStart=/usr/local/bin/pulsar (.*)\n");
        ASSERT_TRUE(std::regex_search(block.content, flags, start));
        expect_accepted(words_of(flags[1]));
    }
}

TEST(Readme, LinksLeadToFiles) {
    const auto readme = repository_file("README.md");
    const std::regex link("\\]\\(([^):#]+)\\)");
    for (std::sregex_iterator at(readme.begin(), readme.end(), link), end; at != end; ++at)
        EXPECT_TRUE(in_repository((*at)[1])) << (*at)[1];
}

TEST(Readme, TestsThatHoldAPromiseExist) {
    const auto promises = section(repository_file("README.md"), "What it survives");
    std::string sources;
    const std::filesystem::recursive_directory_iterator tests(PULSAR_SOURCE_DIR "/tests");
    for (const auto& entry : tests) {
        if (entry.path().extension() == ".cpp") sources += read_file(entry.path());
    }
    std::size_t found = 0;
    const std::regex test("`([A-Z]\\w+)\\.(\\*|\\w+)`");
    for (std::sregex_iterator at(promises.begin(), promises.end(), test), end; at != end; ++at) {
        const auto name = (*at)[1].str() + ", " + ((*at)[2] == "*" ? "" : (*at)[2].str());
        EXPECT_NE(sources.find('(' + name), std::string::npos) << (*at)[0];
        ++found;
    }
    EXPECT_GT(found, 0u);
}

}  // namespace
}  // namespace pulsar::test
