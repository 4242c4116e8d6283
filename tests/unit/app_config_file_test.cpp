#include "app_sources.hpp"
#include "pulsar/net/address.hpp"
#include "support/unique_fd.hpp"

#include <array>
#include <stdexcept>
#include <sys/stat.h>
#include <unistd.h>

namespace pulsar::test::app_config_file_test {
namespace {

arguments named(const std::string& path) {
    return {"--config", path};
}

std::string rejection_of(const std::string& toml) {
    const config_file file(toml);
    auto text = rejection(named(file.path()));
    if (text.starts_with(file.path())) text.replace(0, file.path().size(), "FILE");
    return text;
}

app::config read(const std::string& toml) {
    const config_file file(toml);
    return invoke(named(file.path())).cfg;
}

TEST(AppConfigFile, TakesIntegersForNumbersAndSizes) {
    const auto cfg = read("threads = 4\nmax-frame-size = 1000\nbacklog=77# comment");
    EXPECT_EQ(cfg.server.threads, 4U);
    EXPECT_EQ(cfg.server.connection.max_frame_size, 1000U);
    EXPECT_EQ(cfg.server.listener.backlog, 77);
    EXPECT_TRUE(contains(rejection_of("threads = 0"), "FILE:1: threads \"0\": expected a whole"));
    EXPECT_TRUE(contains(rejection_of("threads = -1"), "FILE:1: threads \"-1\": expected a whole"));
}

TEST(AppConfigFile, TakesOneAddressOrAnArray) {
    EXPECT_EQ(texts(read("listen = ':1'"), "listen"), arguments{":1"});
    EXPECT_EQ(texts(read("listen = [\n':1',\n'unix:a,b',\n]"), "listen"),
              (arguments{":1", "unix:a,b"}));
    EXPECT_TRUE(contains(rejection_of("listen = []"), "FILE:1: listen is empty: expected"));
    EXPECT_TRUE(contains(rejection_of("listen = ':1,:2'"), "FILE:1: listen \":1,:2\": expected"));
    EXPECT_TRUE(contains(rejection_of("listen = ['[0::1]:1', '[::1]:1']"), "given twice"));
}

TEST(AppConfigFile, ShowsABadValueAsItIsWritten) {
    const auto expect = [](const std::string& key, const std::string& value,
                           const std::string& why) {
        const auto message = ": " + key + ' ' + cli::in_quotes(value) + ": expected " + why;
        EXPECT_EQ(rejection_of(key + " = " + value), "FILE:1" + message);
        EXPECT_EQ(rejection_of("# caf\xc3\xa9\r\n\n" + key + "\t=" + value + " # 1\nbacklog = 1"),
                  "FILE:3" + message);
        EXPECT_EQ(rejection_of("'" + key + "'=" + value + "\r\n"), "FILE:1" + message);
    };
    for (const auto* number :
         {"0x10", "0o7", "0b1", "+4", "-4", "1_000", "4.0", "4e0", "nan", "-inf", "true", "[4]",
          "[ 4, 5 ]", "{a = 4}", "-0", "1979-05-27", "07:32:00"}) {
        expect("threads", number, "a whole number from 1 to 1024");
        expect("max-frame-size", number, "a size from 1B to 1GiB, such as 512 or 64KiB");
    }
    const std::string string = "a TOML string: ";
    for (const auto* duration : {"5", "0x5", "10.0", "00:00:10", "['10s']", "{s=10}", "false"}) {
        expect("heartbeat-interval", duration,
               string + "a duration from 0s to 24h in ms, s, m or h, such as 10s");
    }
    expect("log-format", "['text']", string + "text or json");
    expect("log-file", "1", string + "the path of a file, in UTF-8, or - for standard output");
    const auto address = string + std::string(net::address_syntax);
    expect("listen", "8080", address);
    EXPECT_EQ(rejection_of("listen = ['caf\xc3\xa9:1',\n':1', 8_080]"),
              "FILE:1: listen \"8_080\": expected " + address);
    EXPECT_EQ(rejection_of("listen = ['caf\xc3\xa9:1', 8_080]"),
              "FILE:1: listen \"8_080\": expected " + address);
    EXPECT_EQ(rejection_of("listen = [[':1']]"), "FILE:1: listen \"[':1']\": expected " + address);
}

TEST(AppConfigFile, RejectsUnknownKeysAndTables) {
    const std::string no_key = ": expected the name of a flag, without its dashes";
    EXPECT_EQ(rejection_of("\n\nport = 4"), "FILE:3: unknown key \"port\"" + no_key);
    EXPECT_EQ(rejection_of("\n[server]\nthreads = 4"), "FILE:2: unknown table \"server\"" + no_key);
    EXPECT_EQ(rejection_of("server.threads = 4"), "FILE:1: unknown table \"server\"" + no_key);
    EXPECT_EQ(rejection_of("\"a\\nb\" = 4"), R"(FILE:1: unknown key "a\nb")" + no_key);
    for (const auto* key : {"config", "help", "version", "print-config"}) {
        EXPECT_TRUE(contains(rejection_of(std::string(key) + " = 'x'"), "unknown key"));
    }
}

TEST(AppConfigFile, SuggestsTheNearestKey) {
    const auto suggestion = [](const std::string& toml) {
        const auto text = rejection_of(toml);
        const auto at = text.find("did you mean ");
        return at == text.npos ? text : text.substr(at);
    };
    EXPECT_EQ(rejection_of("\nmax_connections = 4"),
              "FILE:2: unknown key \"max_connections\": did you mean max-connections?");
    EXPECT_EQ(suggestion("thread = 4"), "did you mean threads?");
    EXPECT_EQ(suggestion("log_level = 'info'"), "did you mean log-level?");
    EXPECT_EQ(suggestion("heartbeat_intervall = '5s'"), "did you mean heartbeat-interval?");
    EXPECT_EQ(suggestion("[logfile]"), "did you mean log-file?");
    EXPECT_EQ(suggestion("Listen = ':1'"), "did you mean listen?");
}

TEST(AppConfigFile, NamesTheLineThatIsNotToml) {
    EXPECT_TRUE(contains(rejection_of("threads = 4\nthreads = 5"), "FILE:2: "));
    EXPECT_TRUE(contains(rejection_of("threads = 010"), "FILE:1: \"threads = 010\": "));
    EXPECT_TRUE(contains(rejection_of("\r\nheartbeat-interval = 5s # no quotes\r\n"),
                         "FILE:2: \"heartbeat-interval = 5s # no quotes\": "));
    EXPECT_TRUE(contains(rejection_of("threads ="), "FILE:1: \"threads =\": "));
    EXPECT_TRUE(contains(rejection_of("threads = 4\n\nlog-level = info"), "FILE:3: "));
    EXPECT_TRUE(contains(rejection_of("log-file = \"\xff\""), "FILE:1: "));
    EXPECT_TRUE(contains(rejection_of(std::string("a\0b", 3)), "FILE:1: "));
    EXPECT_TRUE(contains(rejection_of("listen = " + std::string(5000, '[')), "FILE:1: "));
}

TEST(AppConfigFile, SurvivesWhatParsersStumbleOver) {
    for (const auto* toml : {"[[[", "[\n", "[[=", "listen = [}", "listen = {]", "a.", "=", "'''",
                             "\"", "x = 0x", "x = -", "x = 1e", "\xef\xbb\xbf\xef\xbb\xbf"}) {
        EXPECT_TRUE(contains(rejection_of(toml), "FILE:1: ")) << toml;
    }
}

TEST(AppConfigFile, ReadsFilesThatSayNothing) {
    EXPECT_EQ(to_toml(read("")), to_toml(app::default_config()));
    EXPECT_EQ(to_toml(read("\xef\xbb\xbf# a comment\r\n")), to_toml(invoke({}).cfg));
    EXPECT_EQ(to_toml(invoke(named("/dev/null")).cfg), to_toml(invoke({}).cfg));
}

TEST(AppConfigFile, NamesTheFileThatCannotBeRead) {
    const temp_dir dir;
    const auto missing = dir / "missing.toml";
    const auto why = '"' + missing + "\": No such file or directory";
    EXPECT_EQ(rejection(named(missing)), "--config " + why);
    EXPECT_EQ(rejection({}, {{"PULSAR_CONFIG", missing}}), "PULSAR_CONFIG " + why);
    EXPECT_TRUE(contains(rejection(named(dir / "")), "Is a directory"));
    EXPECT_TRUE(contains(rejection(named("")), "--config \"\": expected"));
    EXPECT_TRUE(contains(rejection({}, {{"PULSAR_CONFIG", ""}}), "PULSAR_CONFIG \"\": expected"));
    EXPECT_TRUE(contains(rejection(named("/dev/zero")), "at most 1 MiB"));
    EXPECT_TRUE(contains(rejection(named("a\nb")), R"(--config "a\nb": )"));
}

TEST(AppConfigFile, FlagNamesTheFileInPlaceOfTheVariable) {
    const config_file file("threads = 7");
    EXPECT_EQ(invoke({}, {{"PULSAR_CONFIG", file.path()}}).cfg.server.threads, 7U);
    EXPECT_EQ(invoke(named(file.path()), {{"PULSAR_CONFIG", "/nonexistent"}}).cfg.server.threads,
              7U);
    EXPECT_TRUE(contains(rejection(named(file.path()), {{"PULSAR_CONFIG", ""}}), "PULSAR_CONFIG"));
}

/// The path of a pipe whose writer has written and gone, as a shell makes it for `<(command)`.
class finished_pipe {
  public:
    explicit finished_pipe(std::string_view content) {
        std::array<int, 2> ends{};
        if (::pipe(ends.data()) != 0) throw std::runtime_error("pipe");
        read_end_ = unique_fd(ends[0]);
        const unique_fd write_end(ends[1]);
        EXPECT_EQ(::write(write_end.get(), content.data(), content.size()),
                  static_cast<ssize_t>(content.size()));
    }
    [[nodiscard]] std::string path() const { return "/dev/fd/" + std::to_string(read_end_.get()); }

  private:
    unique_fd read_end_;
};

TEST(AppConfigFile, ReadsFromAPipeUnlessNothingWasWritten) {
    const finished_pipe pipe("threads = 7\n");
    EXPECT_EQ(invoke(named(pipe.path())).cfg.server.threads, 7U);
    const finished_pipe empty("");
    EXPECT_TRUE(contains(rejection(named(empty.path())), "nothing was written to this pipe"));
}

TEST(AppConfigFile, DoesNotHangOnANamedPipeThatNobodyWritesTo) {
    const temp_dir dir;
    const auto path = dir / "pipe";
    ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
    EXPECT_TRUE(contains(rejection(named(path)), "nothing was written to this pipe"));
}

TEST(AppConfigFile, PrintsNastyPathsSoThatTheyReadBack) {
    for (const auto* path :
         {"\"", "\\", "\\n", "a\nb", "a\tb\r", "\x01\x1f\x7f", "caf\xc3\xa9 \xf0\x9f\x9a\x80", "#",
          "'", "\xc2\x80\xe2\x80\xa8", "\"\"\"", "a = [1]", "\xef\xbf\xbe", "\xef\xbb\xbf"}) {
        const auto listen = std::string("unix:") + path;
        const auto before = invoke({"--log-file", path, "-l", listen, "-l", ":0"}).cfg;
        const auto after = read(to_toml(before));
        EXPECT_EQ(after.log.file, path);
        EXPECT_EQ(after.server.listen, before.server.listen);
    }
    EXPECT_TRUE(contains(rejection_of("log-file = 'a\\u0000b'"), "accepted"));
    EXPECT_TRUE(contains(rejection_of("log-file = \"a\\u0000b\""), R"(log-file "a\x00b": )"));
    EXPECT_TRUE(contains(rejection_of("listen = \"unix:a\\u0000b\""), R"("unix:a\x00b": )"));
}

}  // namespace
}  // namespace pulsar::test::app_config_file_test
