#include "app_sources.hpp"

#include "pulsar/app/config_file.hpp"

#include <set>

namespace pulsar::test {
namespace {

struct sample {
    std::string option;
    arguments good;  ///< three in canonical text; neighbours differ, and the first from the default
    arguments bad;   ///< for every source
};

const arguments bad_numbers{"",   "-1",  "+1", "010", "0x50", "1.5", "1e9",
                            "1k", "nan", " 4", "4 ",  "four", "4\n", "18446744073709551617"};
const arguments bad_durations{"",    "0",    "10",  "1.5s", "10 s",       "-1s",
                              "01s", "+1s",  "nan", "1e9s", "10s\n",      "10sec",
                              "10S", "0x1s", "25h", "1d",   "86400001ms", "18446744073709551616ms"};

arguments with(arguments all, const arguments& more) {
    all.insert(all.end(), more.begin(), more.end());
    return all;
}

const std::vector<sample>& samples() {
    static const arguments durations{"1ms", "90s", "24h"};
    static const std::vector<sample> all{
        {"listen",
         {"127.0.0.1:0", ":8080", "unix:/run/pulsar.sock"},
         {"", "8080", "localhost", "localhost:65536", "::1:80", "127.1:80", "127.0.0.1:+80",
          "127.0.0.1: 80", "unix:", "*:80", "unix:" + std::string(108, 'p')}},
        {"threads", {"1", "77", "1024"}, with(bad_numbers, {"0", "1025"})},
        {"max-connections", {"1", "77", "1048576"}, with(bad_numbers, {"0", "1048577"})},
        {"backlog", {"1", "77", "65535"}, with(bad_numbers, {"0", "65536"})},
        {"tcp-keepalive", {"0s", "90s", "24h"}, with(bad_durations, {"1500ms", "1ms"})},
        {"drain-timeout", durations, bad_durations},
        {"max-frame-size",
         {"1B", "1000B", "1GiB"},
         {"", "0", "-1", "+1", "010", "0x50", "1.5M", "1 MiB", "1k", "1MB", "1TiB", "1e9", "nan",
          "1GiBx", "1073741825", "2G", "18446744073709551617"}},
        {"heartbeat-interval", durations, bad_durations},
        {"idle-timeout", durations, bad_durations},
        {"frame-timeout", durations, bad_durations},
        {"write-timeout", durations, bad_durations},
        {"log-level",
         {"trace", "off", "connection=debug"},
         {"", "INFO", "verbose", "warning", "info,", "info,,", "info,debug", "nosuch=debug",
          "connection", "connection=", "connection=loud", "info connection=debug", "info\n"}},
        {"log-format", {"json", "text", "json"}, {"", "JSON", "xml", "text ", "text,json"}},
        {"log-file", {"/tmp/a", "b c", "\"\\"}, {"", "caf\xe9"}},
        {"report-interval", durations, bad_durations},
    };
    return all;
}

std::string toml_string(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (c == '\n') {
            out += "\\n";
        } else {
            if (c == '"' || c == '\\') out += '\\';
            out += c;
        }
    }
    return '"' + out + '"';
}

std::string flag(const sample& s) {
    return "--" + s.option;
}

std::string variable(const sample& s) {
    return app::variable_name(s.option);
}

std::string key(const sample& s, const std::string& text) {
    return s.option + " = " + toml_string(text) + '\n';
}

class EverySample : public testing::TestWithParam<sample> {};

INSTANTIATE_TEST_SUITE_P(App, EverySample, testing::ValuesIn(samples()), [](const auto& s) {
    auto name = s.param.option;
    std::ranges::replace(name, '-', '_');
    return name;
});

TEST(AppSources, SamplesCoverTheTable) {
    std::multiset<std::string> sampled;
    for (const auto& s : samples())
        sampled.insert(s.option);
    std::multiset<std::string> known;
    for (const auto& group : app::option_table()) {
        for (const auto& o : group.options)
            known.emplace(o.name);
    }
    EXPECT_EQ(sampled, known);
}

TEST_P(EverySample, GoodValuesAreTakenFromEverySource) {
    const auto& s = GetParam();
    for (const auto& text : s.good) {
        const arguments expected{text};
        EXPECT_EQ(texts(invoke({flag(s), text}).cfg, s.option), expected);
        EXPECT_EQ(texts(invoke({flag(s) + "=" + text}).cfg, s.option), expected);
        EXPECT_EQ(texts(invoke({}, {{variable(s), text}}).cfg, s.option), expected);
        const config_file file(key(s, text));
        EXPECT_EQ(texts(invoke({"--config", file.path()}).cfg, s.option), expected);
    }
}

TEST_P(EverySample, BadValuesAreNamedWithWhatIsAccepted) {
    const auto& s = GetParam();
    for (const auto& text : s.bad) {
        const auto why = ' ' + cli::in_quotes(text) + ": expected ";
        EXPECT_TRUE(contains(rejection({flag(s), text}), flag(s) + why));
        EXPECT_TRUE(contains(rejection({flag(s) + "=" + text}), flag(s) + why));
        EXPECT_TRUE(contains(rejection({}, {{variable(s), text}}), variable(s) + why));
        if (!cli::is_utf8(text)) continue;
        const config_file file("\n" + key(s, text));
        EXPECT_TRUE(
            contains(rejection({"--config", file.path()}), file.path() + ":2: " + s.option + why));
    }
}

TEST_P(EverySample, FlagWinsOverVariableOverFileOverDefault) {
    const auto& s = GetParam();
    const config_file file(key(s, s.good[0]));
    const arguments from_file{"--config", file.path()};
    const variables set{{variable(s), s.good[1]}};
    const auto all = with(from_file, {flag(s), s.good[2]});

    EXPECT_EQ(texts(invoke({}).cfg, s.option), texts(app::default_config(), s.option));
    EXPECT_EQ(texts(invoke(from_file).cfg, s.option), arguments{s.good[0]});
    EXPECT_EQ(texts(invoke(from_file, set).cfg, s.option), arguments{s.good[1]});
    EXPECT_EQ(texts(invoke(all, set).cfg, s.option), arguments{s.good[2]});
    EXPECT_EQ(texts(invoke(all).cfg, s.option), arguments{s.good[2]});
}

TEST_P(EverySample, MistakesShowEvenWhereTheyAreOverridden) {
    const auto& s = GetParam();
    const config_file file(key(s, s.bad[0]));
    const variables good{{variable(s), s.good[0]}};
    const variables bad{{variable(s), s.bad[0]}};
    EXPECT_TRUE(contains(rejection({flag(s), s.good[0]}, bad), variable(s)));
    EXPECT_TRUE(contains(rejection({"--config", file.path()}, good), file.path()));
}

TEST_P(EverySample, PrintedConfigurationReadsBack) {
    const auto& s = GetParam();
    for (const auto& text : s.good) {
        const auto printed = invoke({flag(s), text, "--print-config"}).text;
        const config_file file(printed);
        EXPECT_EQ(app::to_toml(invoke({"--config", file.path()}).cfg), printed);
        EXPECT_EQ(texts(invoke({"--config", file.path()}).cfg, s.option), arguments{text});
    }
}

TEST(AppSources, DefaultsAreTheDocumentedOnes) {
    const auto cfg = invoke({}).cfg;
    const std::map<std::string, std::string> expected{
        {"listen", "127.0.0.1:8080"}, {"heartbeat-interval", "10s"}, {"report-interval", "30s"},
        {"max-frame-size", "1MiB"},   {"max-connections", "10000"},  {"backlog", "4096"},
        {"idle-timeout", "0s"},       {"frame-timeout", "60s"},      {"write-timeout", "30s"},
        {"drain-timeout", "8s"},      {"tcp-keepalive", "60s"},      {"log-level", "info"},
        {"log-format", "text"}};
    for (const auto& [option, text] : expected) {
        EXPECT_EQ(texts(cfg, option), arguments{text}) << option;
    }
    EXPECT_EQ(cfg.log.file, "");
    EXPECT_GE(cfg.server.threads, 1U);
    EXPECT_LE(cfg.server.threads, 1024U);
}

}  // namespace
}  // namespace pulsar::test
