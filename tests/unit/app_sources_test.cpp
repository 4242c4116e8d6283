#include "app_sources.hpp"

#include "support/bad_values.hpp"

#include <chrono>
#include <ostream>
#include <set>

namespace pulsar::test::app_sources_test {
namespace {

using namespace std::chrono_literals;

struct sample {
    std::string option;
    arguments good;  ///< three in canonical text; neighbours differ, and the first from the default
    arguments bad;   ///< for every source

    friend std::ostream& operator<<(std::ostream& out, const sample& s) { return out << s.option; }
};

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
          "127.0.0.1: 80", "unix:", "*:80", "unix:" + std::string(108, 'p'), "unix:@",
          "unix:@" + std::string(108, 'n')}},
        {"unix-mode",
         {"0660", "0777", "1600"},
         {"", "0", "66", "00660", "0668", "0x1b", "0o660", "-660", "+660", " 660", "660 ",
          "rw-rw----", "u=rw"}},
        {"proxy-from",
         {"10.0.0.0/8", "fd00::1", "unix"},
         {"",
          "10.0.0.0/33",
          "10.0.0.1/8",
          "10.0.0.0/",
          "10.0.0.0/08",
          "10.0.0.0/+8",
          "10.0.0.0/8 ",
          " 10.0.0.0/8",
          "10.0.0.0/255.0.0.0",
          "10.0.0/8",
          "10",
          "010.0.0.0/8",
          "0.0.0.1/0",
          "fd00::/129",
          "fd00::1/8",
          "fd00::%lo/8",
          "[fd00::]/8",
          "::ffff:10.0.0.0/95",
          "::ffff:10.0.0.1/104",
          "localhost",
          "unix:",
          "unix:/run/a",
          "Unix",
          "unix/8",
          "any"}},
        {"admin",
         {"127.0.0.1:9900", ":9901", "unix:/run/pulsar-admin.sock", "fd:3", "fd:admin"},
         {"", "fd:", "fd:2", "fd:a:b", "9900", "localhost", "127.0.0.1:65536", "::1:80",
          "unix:", "unix:" + std::string(108, 'p')}},
        {"threads", {"1", "77", "1024"}, with(bad_numbers, {"0", "1025", "4\n"})},
        {"max-connections", {"1", "77", "1048576"}, with(bad_numbers, {"0", "1048577"})},
        {"backlog", {"1", "77", "65535"}, with(bad_numbers, {"0", "65536"})},
        {"tcp-keepalive", {"0s", "90s", "24h"}, with(bad_durations, {"1500ms", "1ms"})},
        {"drain-delay", durations, bad_durations},
        {"drain-timeout", durations, bad_durations},
        {"max-frame-size",
         {"1B", "1000B", "1GiB"},
         with(bad_sizes, {"0", "-1", "1073741825", "2G"})},
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
    app::config cfg;
    for (const auto& group : app::config_options(cfg)) {
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
        EXPECT_EQ(to_toml(invoke({"--config", file.path()}).cfg), printed);
        EXPECT_EQ(texts(invoke({"--config", file.path()}).cfg, s.option), arguments{text});
    }
}

/// Where each option ends up, which no text shows that an option's own row of the table has made.
TEST(AppSources, EachOptionReachesItsOwnField) {
    const auto cfg = invoke({"--listen",
                             ":1",
                             "--proxy-from",
                             "10.0.0.0/8",
                             "--threads",
                             "2",
                             "--max-connections",
                             "3",
                             "--backlog",
                             "4",
                             "--max-frame-size",
                             "5",
                             "--tcp-keepalive",
                             "6s",
                             "--drain-timeout",
                             "7ms",
                             "--heartbeat-interval",
                             "8ms",
                             "--idle-timeout",
                             "9ms",
                             "--frame-timeout",
                             "10ms",
                             "--write-timeout",
                             "11ms",
                             "--report-interval",
                             "12ms",
                             "--log-file",
                             "13",
                             "--log-format",
                             "json",
                             "--log-level",
                             "error",
                             "--drain-delay",
                             "14ms",
                             "--admin",
                             ":15"})
                         .cfg;
    const auto& server = cfg.server;
    ASSERT_EQ(server.listen.size(), 1U);
    EXPECT_EQ(server.listen[0].port, 1);
    EXPECT_EQ(server.connection.proxy_from, std::vector{net::parse_network("10.0.0.0/8").value()});
    EXPECT_EQ(server.threads, 2U);
    EXPECT_EQ(server.max_connections, 3U);
    EXPECT_EQ(server.listener.backlog, 4);
    EXPECT_TRUE(server.listener.backlog_given);
    EXPECT_EQ(server.connection.max_frame_size, 5U);
    EXPECT_EQ(server.listener.tcp_keepalive, 6s);
    EXPECT_EQ(server.drain_timeout, 7ms);
    EXPECT_EQ(server.drain_delay, 14ms);
    ASSERT_TRUE(cfg.admin.has_value());
    EXPECT_EQ(cfg.admin->port, 15);
    EXPECT_EQ(server.connection.heartbeat_interval, 8ms);
    EXPECT_EQ(server.connection.idle_timeout, 9ms);
    EXPECT_EQ(server.connection.frame_timeout, 10ms);
    EXPECT_EQ(server.connection.write_timeout, 11ms);
    EXPECT_EQ(server.report_interval, 12ms);
    EXPECT_EQ(cfg.log.file, "13");
    EXPECT_EQ(cfg.log.format, log::format::json);
    EXPECT_EQ(log::to_string(cfg.log.levels), "error");
}

/// It is the source that is in force which is named.
TEST(AppSources, TheAdminAddressIsNoneThatIsListenedOn) {
    const std::string why = ": is an address of --listen too";
    EXPECT_TRUE(contains(rejection({"--listen", ":1", "--admin", ":1"}), "--admin \":1\"" + why));
    EXPECT_TRUE(
        contains(rejection({"--listen", "127.0.0.1:1"}, {{"PULSAR_ADMIN", "[::ffff:127.0.0.1]:1"}}),
                 "PULSAR_ADMIN \"[::ffff:127.0.0.1]:1\"" + why));
    EXPECT_TRUE(contains(rejection({"--listen", "fd:web", "--admin", "fd:web"}),
                         "--admin \"fd:web\"" + why));
    const config_file file("admin = \"unix:a\"\n");
    EXPECT_TRUE(contains(rejection({"--config", file.path(), "--listen", "unix:a"}),
                         file.path() + ":1: admin \"unix:a\"" + why));
    EXPECT_TRUE(invoke({"--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"}).cfg.admin);
    EXPECT_TRUE(contains(rejection({"--admin", ":1", "--admin", ":2"}), "given twice"));
}

TEST(AppSources, DefaultsAreTheDocumentedOnes) {
    const auto cfg = invoke({}).cfg;
    const std::map<std::string, std::string> expected{
        {"listen", "127.0.0.1:8080"}, {"heartbeat-interval", "10s"}, {"report-interval", "30s"},
        {"max-frame-size", "1MiB"},   {"max-connections", "10000"},  {"backlog", "4096"},
        {"idle-timeout", "0s"},       {"frame-timeout", "60s"},      {"write-timeout", "30s"},
        {"drain-timeout", "8s"},      {"tcp-keepalive", "60s"},      {"log-level", "info"},
        {"log-format", "text"},       {"drain-delay", "0s"}};
    for (const auto& [option, text] : expected) {
        EXPECT_EQ(texts(cfg, option), arguments{text}) << option;
    }
    EXPECT_EQ(cfg.log.file, "");
    EXPECT_TRUE(cfg.server.connection.proxy_from.empty());
    EXPECT_EQ(cfg.admin, std::nullopt);
    EXPECT_FALSE(cfg.server.listener.backlog_given);
    EXPECT_FALSE(invoke({"--threads", "2"}).cfg.server.listener.backlog_given);
    EXPECT_TRUE(invoke({}, {{"PULSAR_BACKLOG", "4096"}}).cfg.server.listener.backlog_given);
    EXPECT_GE(cfg.server.threads, 1U);
    EXPECT_LE(cfg.server.threads, 1024U);
}

}  // namespace
}  // namespace pulsar::test::app_sources_test
