// The pages of the repository say what is true. Their blocks are of these kinds: `sh`, read here:
// what it names must exist; `console` and `log`, which page_transcripts_test.cpp runs; `toml`
// and `json`, read here; `ini`, which units_test.cpp reads; `text`, which only illustrates.

#include "support/pages.hpp"

#include "support/daemon.hpp"
#include "support/json.hpp"
#include "support/pattern.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"
#include "support/text.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace pulsar::test::pages_test {
namespace {

using strings = std::vector<std::string>;
using names = std::set<std::string>;

bool holds(const std::string& text, const std::string& part) {
    return text.find(part) != text.npos;
}

const std::string& test_sources() {
    static const auto all = files_of("tests", ".cpp");
    return all;
}

/// Of `Suite.Test`, perhaps with `/Parameter`, `Suite.*`, or the beginning of a suite's name.
bool is_test(const std::string& with_parameter) {
    const auto name = with_parameter.substr(0, with_parameter.find('/'));
    const auto point = name.find('.');
    if (point == name.npos) return holds(test_sources(), "(" + name);
    const auto test = name.substr(point + 1);
    return holds(test_sources(), '(' + name.substr(0, point) + ", " + (test == "*" ? "" : test));
}

names presets(const char* kind) {
    names found;
    const auto all = boost::json::parse(repository_file("CMakePresets.json")).as_object();
    for (const auto& preset : all.at(kind).as_array())
        found.emplace(preset.at("name").as_string());
    return found;
}

/// A target of CMake, the ones that functions make included.
bool is_target(const std::string& name) {
    const auto cmake =
        repository_file("src/CMakeLists.txt") + repository_file("tests/CMakeLists.txt");
    const auto kind = pattern("_tests$").replaced_in(name, "");
    return holds(cmake, "add_executable(" + name) || holds(cmake, "add_tests(" + kind + ' ') ||
           (name.starts_with("fuzz_") && holds(cmake, "add_fuzz_target(" + name.substr(5) + ' '));
}

bool is_label(const std::string& name) {
    const auto cmake = repository_file("tests/CMakeLists.txt");
    return pattern("[a-z]+").matches(name) &&
           (holds(cmake, "add_tests(" + name + ' ') || holds(cmake, "LABELS " + name));
}

bool is_option(const std::string& name) {
    const auto cmake = repository_file("CMakeLists.txt") + repository_file("tests/CMakeLists.txt");
    return holds(cmake, "option(" + name + ' ') || holds(cmake, "set(" + name + ' ');
}

bool is_read(const std::string& variable) {
    return holds(test_sources() + files_of("tests", ".hpp"), "getenv(\"" + variable + "\")");
}

/// The folders `build/NAME` that presets make, or that the commands of this page make with -B.
names build_folders(const std::string& page) {
    auto found = presets("configurePresets");
    for (const auto& block : blocks_of(page, {"sh"})) {
        for (const auto& made : pattern("-B build/(\\w+)").all_in(block.content))
            found.insert(made.at(1));
    }
    return found;
}

/// The first words of the commands in a block, behind the variables that they set.
strings programs_of(const std::string& block) {
    static const pattern continued("\\\\\n");
    static const pattern program("(?:^|\n|&& |\\| )(?:[A-Z_]+=\\S+ )*([^\\s=]+)(?=\\s|$)");
    strings found;
    for (const auto& match : program.all_in(continued.replaced_in(block, " ")))
        found.push_back(match.at(1));
    return found;
}

/// Whether a test knows what the command may name: a program of the build or of the repository, or
/// one of these.
bool is_known(const std::string& program) {
    const names tools{"apt-get",
                      "cd",
                      "cmake",
                      "ctest",
                      "export",
                      "gcovr",
                      "git",
                      "ln",
                      "mkdir",
                      "systemctl",
                      "xargs",
                      "run-clang-tidy-16",
                      "systemd-socket-activate"};
    return tools.contains(program) || program.starts_with("build/") || in_repository(program);
}

/// Expects what a block of commands names to be there.
void expect_all_exists(const code_block& block) {
    using all = std::vector<std::vector<std::string>>;
    const auto expect = [&](const char* what, const all& found, const auto& exists) {
        for (const auto& match : found)
            EXPECT_TRUE(exists(match.at(1))) << what << ' ' << match.at(1);
    };
    const auto& text = block.content;
    const auto workflows = presets("workflowPresets");
    const auto tested = presets("testPresets");
    const auto folders = build_folders(block.page);
    expect("workflow", pattern("cmake --workflow --preset (\\S+)").all_in(text),
           [&](const auto& name) { return workflows.contains(name); });
    expect("preset of tests", pattern("ctest --preset (\\S+)").all_in(text),
           [&](const auto& name) { return tested.contains(name); });
    expect("folder", pattern("\\bbuild/(\\w+)").all_in(text),
           [&](const auto& name) { return folders.contains(name); });
    expect("program", pattern("(?:^|\n|[A-Z]=\\S+ )build/\\w+/(?:tests/)?([\\w-]+)").all_in(text),
           is_target);
    expect("target", pattern("--target (\\S+)").all_in(text), is_target);
    expect("option", pattern("-D(PULSAR_\\w+)=").all_in(text), is_option);
    expect("variable", pattern("(?:^|\\s)(PULSAR_\\w+)=").all_in(text), is_read);
    expect("test", pattern("ctest.* -R (\\S+)").all_in(text), is_test);
    expect("test", pattern("--gtest_filter='([^']+)'").all_in(text), is_test);
    expect("file", pattern("(?:^|\\s|PWD/)((?:\\.ci|src|tests)/[\\w/.-]+)").all_in(text),
           in_repository);
    for (const auto& labels : pattern("ctest.* -L '?([^'\\s]+)").all_in(text))
        expect("label", pattern("([^|]+)").all_in(labels.at(1)), is_label);
}

void expect_accepted(strings flags) {
    flags.emplace_back("--print-config");
    const auto result = run(pulsar_with(flags));
    EXPECT_EQ(result.how, exited(0)) << result.err;
}

const names languages_of_programs{"erlang", "go",     "java", "javascript",
                                  "perl",   "python", "rust", "tcl"};

TEST(Pages, HaveNoBlockThatIsNotTested) {
    names kinds{"sh", "console", "log", "toml", "json", "ini", "text"};
    kinds.insert(languages_of_programs.begin(), languages_of_programs.end());
    for (const auto& page : page_paths()) {
        for (const auto& block : code_blocks(repository_file(page))) {
            EXPECT_TRUE(kinds.contains(block.language))
                << page << ':' << block.line << ": " << block.language;
        }
    }
    for (const auto& kind : kinds)
        EXPECT_FALSE(blocks_of_all_pages({kind}).empty()) << kind;
}

TEST(Pages, CommandsParseAndNameWhatExists) {
    for (const auto& block : blocks_of_all_pages({"sh"})) {
        SCOPED_TRACE(where(block));
        launch how;
        how.command = {"sh", "-n", "-c", block.content};
        const auto parsed = run(how);
        EXPECT_EQ(parsed.how, exited(0)) << parsed.err;
        expect_all_exists(block);
        // What installs packages first is run by .ci/run alone.
        if (!block.mark.empty()) continue;
        for (const auto& program : programs_of(block.content))
            EXPECT_TRUE(is_known(program)) << program;
    }
}

TEST(Pages, QuickStartCanBeReadInOneSitting) {
    EXPECT_LE(lines_of(repository_file("README.md")).size(), 380u);
}

TEST(Pages, TomlIsAccepted) {
    const temp_dir dir;
    const auto file = dir / "pulsar.toml";
    for (const auto& block : blocks_of_all_pages({"toml"})) {
        SCOPED_TRACE(where(block));
        write_file(file, block.content);
        expect_accepted({"--config", file});
    }
}

TEST(Pages, JsonIsOneEventPerLine) {
    for (const auto& block : blocks_of_all_pages({"json"})) {
        SCOPED_TRACE(where(block));
        for (const auto& logged : parse_lines(block.content)) {
            for (const auto* key : {"time", "level", "module", "msg"})
                EXPECT_NE(text(logged, key), "");
        }
    }
}

names unindented_lines(const std::string& text) {
    names found;
    for (const auto& line : lines_of(text))
        found.insert(line.substr(std::min(line.find_first_not_of(" \t"), line.size())));
    return found;
}

TEST(Pages, ShowLinesOfEachProgramOfAnotherLanguage) {
    const std::string folder = "tests/interop/clients/";
    names shown;
    for (const auto& block : blocks_of_all_pages(languages_of_programs)) {
        SCOPED_TRACE(where(block));
        shown.insert(block.mark);
        auto lines = unindented_lines(block.content);
        lines.erase("\n");
        for (const auto& own : unindented_lines(repository_file(folder + block.mark)))
            lines.erase(own);
        EXPECT_EQ(lines, names()) << block.mark << " has no such lines";
    }
    for (const auto& entry :
         std::filesystem::directory_iterator(std::filesystem::path(PULSAR_SOURCE_DIR) / folder)) {
        const bool is_program = !names{".json", ".toml"}.contains(entry.path().extension());
        EXPECT_EQ(shown.contains(entry.path().filename()), is_program) << entry.path();
    }
}

TEST(Pages, LinksLeadSomewhere) {
    std::size_t found = 0;
    for (const auto& page : page_paths()) {
        for (const auto& link : links(repository_file(page))) {
            if (link.starts_with("https://")) continue;
            ++found;
            const auto sharp = std::min(link.find('#'), link.size());
            const auto beside = std::filesystem::path(page).parent_path() / link.substr(0, sharp);
            const auto target = sharp == 0 ? page : beside.lexically_normal().string();
            ASSERT_TRUE(in_repository(target)) << page << ": " << link;
            if (sharp == link.size()) continue;
            EXPECT_TRUE(anchors(repository_file(target)).contains(link.substr(sharp + 1)))
                << page << ": " << link;
        }
    }
    EXPECT_GT(found, 0u);
}

TEST(Pages, AreAllLinkedFromTheReadme) {
    const auto linked = links(repository_file("README.md"));
    for (const auto& page : page_paths()) {
        const auto link = std::find(linked.begin(), linked.end(), page);
        EXPECT_TRUE(page == "README.md" || link != linked.end()) << page;
    }
}

TEST(Pages, NameTestsThatExist) {
    std::size_t found = 0;
    for (const auto& page : page_paths()) {
        const auto named = pattern("`([A-Z]\\w+\\.(?:\\*|[A-Z]\\w+))`");
        for (const auto& match : named.all_in(repository_file(page))) {
            EXPECT_TRUE(is_test(match.at(1))) << page << ": " << match.at(1);
            ++found;
        }
    }
    EXPECT_GT(found, 0u);
}

/// Whether a source file's path ends in this.
bool is_file(const std::string& name) {
    for (const auto* folder : {"include", "src", "tests"}) {
        for (const auto& entry : std::filesystem::recursive_directory_iterator(
                 std::filesystem::path(PULSAR_SOURCE_DIR) / folder)) {
            if (entry.path().string().ends_with('/' + name)) return true;
        }
    }
    return false;
}

TEST(Pages, NameFilesThatExist) {
    std::size_t found = 0;
    for (const auto& page : page_paths()) {
        const auto named = pattern("`([\\w/]+\\.(?:hpp|cpp|sh|cmake))`");
        for (const auto& match : named.all_in(repository_file(page))) {
            EXPECT_TRUE(is_file(match.at(1))) << page << ": " << match.at(1);
            ++found;
        }
    }
    EXPECT_GT(found, 0u);
}

TEST(Pages, NameTheVariablesThatTestsRead) {
    names documented;
    for (const auto& row : rows_of_table(repository_file("tests/README.md"), "variable"))
        documented.insert(pattern("`").replaced_in(row.at(0), ""));
    names read;
    const auto sources = test_sources() + files_of("tests", ".hpp");
    for (const auto& match : pattern("getenv\\(\"(PULSAR_\\w+)\"\\)").all_in(sources))
        read.insert(match.at(1));
    EXPECT_EQ(documented, read);
}

TEST(Pages, NameTheLabelsOfTests) {
    names documented;
    for (const auto& row : rows_of_table(repository_file("tests/README.md"), "label"))
        documented.insert(pattern("`").replaced_in(row.at(0), ""));
    names labels;
    const auto cmake = repository_file("tests/CMakeLists.txt");
    for (const auto& match : pattern("(?:\nadd_tests\\(|LABELS )([a-z]+)").all_in(cmake))
        labels.insert(match.at(1));
    EXPECT_EQ(documented, labels);
}

}  // namespace
}  // namespace pulsar::test::pages_test
