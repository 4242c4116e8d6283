#include "app_sources.hpp"
#include "pulsar/app/help.hpp"
#include "support/pattern.hpp"

#include <sstream>

namespace pulsar::test::app_help_test {
namespace {

TEST(AppHelp, NamesEveryFlagWithItsDefault) {
    const auto help = app::help_text(100);
    auto defaults = app::default_config();
    for (const auto& group : app::config_options(defaults)) {
        EXPECT_TRUE(contains(help, "\n" + std::string(group.title) + ":\n"));
        for (const auto& o : group.options) {
            const auto at = help.find("--" + std::string(o.name) + ' ' + std::string(o.metavar));
            ASSERT_NE(at, std::string::npos) << o.name;
            const auto shown = texts(app::default_config(), o.name);
            const auto text = o.fallback.empty() ? shown.front() : std::string(o.fallback);
            const auto next_flag = help.find("\n  -", at);
            const auto entry =
                help.substr(at, std::min(next_flag, help.find("\n      --", at)) - at);
            EXPECT_TRUE(contains(entry, '[' + text + ']'));
        }
    }
    for (const auto* flag : {"-l, --listen", "-t, --threads", "-h, --help", "-V, --version",
                             "--config FILE", "--print-config"}) {
        EXPECT_TRUE(contains(help, flag));
    }
}

TEST(AppHelp, TellsOfVariablesFilesUnitsAndExamples) {
    const auto help = app::help_text(1000);
    for (const auto* part : {"PULSAR_HEARTBEAT_INTERVAL=5s", "heartbeat-interval = \"5s\"",
                             "overrides", "500ms", "64KiB", "Examples:"}) {
        EXPECT_TRUE(contains(help, part));
    }
}

TEST(AppHelp, FitsATerminal) {
    for (const std::size_t width : {40U, 60U, 80U, 100U, 120U}) {
        std::istringstream help(app::help_text(width));
        for (std::string line; std::getline(help, line);) {
            EXPECT_LE(line.size(), width) << line;
            EXPECT_FALSE(line.ends_with(' ')) << line;
        }
    }
}

TEST(AppVersion, NamesCompilerAndLibraries) {
    const pattern line(R"(pulsar \d+\.\d+\.\d+ \((g|clang)\+\+ \d+\.\d+\.\d+, )"
                       R"(Boost \d+\.\d+(\.\d+)?, spdlog \d+\.\d+\.\d+, CLI11 \d+\.\d+\.\d+\)\n)");
    const auto text = invoke({"--version"}).text;
    EXPECT_TRUE(line.matches(text)) << text;
}

}  // namespace
}  // namespace pulsar::test::app_help_test
