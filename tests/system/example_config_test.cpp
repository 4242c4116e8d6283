// The example that is installed as /etc/pulsar/pulsar.toml.

#include "support/daemon.hpp"
#include "support/installed.hpp"
#include "support/markdown.hpp"
#include "support/pattern.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

namespace pulsar::test::example_config_test {
namespace {

std::string printed_config(std::vector<std::string> flags) {
    flags.emplace_back("--print-config");
    const auto result = run(pulsar_with(flags));
    EXPECT_EQ(result.how, exited(0)) << result.err;
    return result.out;
}

std::set<std::string> keys(const std::string& toml, const char* form) {
    std::set<std::string> found;
    for (const auto& match : pattern(form).all_in(toml))
        found.insert(match.at(1));
    return found;
}

class ExampleConfig : public testing::Test {
  protected:
    /// Takes the # from each key, or only from those that have a default.
    void uncomment(bool examples_too) {
        std::string toml;
        bool is_example = false;
        for (const auto& line : lines_of(content_)) {
            const bool is_key = line.starts_with('#') && !line.starts_with("# ");
            toml += is_key && (examples_too || !is_example) ? line.substr(1) : line;
            is_example = line.ends_with(". An example:\n");
        }
        write_file(file_, toml);
    }

    const installed prefix_;
    const std::string file_ = prefix_ / "etc/pulsar/pulsar.toml";
    const std::string content_ = read_file(file_);
};

TEST_F(ExampleConfig, HasEachKeyAsAComment) {
    const auto all = keys(printed_config({}), "(?:^|\n)(?:# )?([-a-z]+)(?=:| =)");
    EXPECT_GT(all.size(), 15u);
    EXPECT_EQ(keys(content_, "\n#([-a-z]+)(?= = )"), all);
}

TEST_F(ExampleConfig, SetsNothing) {
    EXPECT_EQ(printed_config({"--config", file_}), printed_config({}));
    for (const auto& line : lines_of(content_))
        EXPECT_TRUE(line == "\n" || line.starts_with('#')) << line;
}

TEST_F(ExampleConfig, WithoutTheSignsOfCommentsIsTheDefaults) {
    uncomment(false);
    EXPECT_EQ(printed_config({"--config", file_}), printed_config({}));
    const auto set = keys(read_file(file_), "\n([-a-z]+)(?= = )");
    EXPECT_TRUE(set.contains("listen") && set.contains("report-interval"));
    EXPECT_FALSE(set.contains("threads") || set.contains("log-file"));
}

TEST_F(ExampleConfig, HasExamplesThatAreAccepted) {
    uncomment(true);
    const auto printed = printed_config({"--config", file_});
    EXPECT_EQ(printed.find("\n# unix-mode: "), std::string::npos);
    EXPECT_EQ(keys(printed, "(?:^|\n)([-a-z]+)(?= = )"), keys(content_, "\n#([-a-z]+)(?= = )"));
}

}  // namespace
}  // namespace pulsar::test::example_config_test
