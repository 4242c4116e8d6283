#include "app_sources.hpp"

namespace pulsar::test::app_command_line_test {
namespace {

using enum app::invocation::action;

TEST(AppCommandLine, TakesTheUsualSpellings) {
    for (const arguments& flags :
         {arguments{"-t4"}, {"-t", "4"}, {"--threads", "4"}, {"--threads=4"}}) {
        EXPECT_EQ(invoke(flags).cfg.server.threads, 4U) << flags.front();
    }
    EXPECT_EQ(texts(invoke({"-l:1", "-l", ":2", "--listen=:3", "--listen", ":4"}).cfg, "listen"),
              (arguments{":1", ":2", ":3", ":4"}));
}

TEST(AppCommandLine, WorksWithoutArguments) {
    const char* const none[] = {nullptr};
    const auto nothing = [](const std::string&) -> const char* { return nullptr; };
    EXPECT_EQ(app::parse(0, none, nothing).wanted, run);
}

TEST(AppCommandLine, KeepsValuesAsTheyAre) {
    for (const auto* path : {"a,b", "[a]", "[a,b]", "--threads", "-t", "--", "++", "a=b", "'a'",
                             "\"a\"", "{}", "%%", " a ", "a\nb", "\\n", "caf\xc3\xa9"}) {
        EXPECT_EQ(invoke({"--log-file", path}).cfg.log.file, path);
        EXPECT_EQ(invoke({std::string("--log-file=") + path}).cfg.log.file, path);
    }
}

TEST(AppCommandLine, RejectsUnknownFlags) {
    for (const auto* flag : {"--foo", "--foo=1", "-x", "-x4", "-T", "-", "--heartbeat",
                             "--threads4567", "--no-such-thing-at-all-in-here"}) {
        const auto expected = "unknown flag " + cli::in_quotes(flag) +
                              ": expected the flags that pulsar --help shows";
        EXPECT_EQ(rejection({flag}), expected);
        EXPECT_EQ(rejection({"-t4", flag, "7"}), expected);
    }
}

TEST(AppCommandLine, SuggestsTheNearestFlag) {
    const std::pair<const char*, const char*> meant[] = {{"--thread", "--threads"},
                                                         {"--Threads=4", "--threads"},
                                                         {"---threads", "--threads"},
                                                         {"--listen_", "--listen"},
                                                         {"--lsiten", "--listen"},
                                                         {"--max_connections", "--max-connections"},
                                                         {"--log-levels=info", "--log-level"},
                                                         {"--print_config", "--print-config"},
                                                         {"--no-print-config", "--print-config"},
                                                         {"--confg", "--config"},
                                                         {"--halp", "--help"}};
    for (const auto& [flag, near] : meant) {
        EXPECT_EQ(rejection({flag}),
                  "unknown flag " + cli::in_quotes(flag) + ": did you mean " + near + '?');
    }
}

TEST(AppCommandLine, ADashIsStandardOutput) {
    EXPECT_EQ(invoke({"--log-file", "-"}).cfg.log.file, "");
    EXPECT_EQ(invoke({}, {{"PULSAR_LOG_FILE", "-"}}).cfg.log.file, "");
    EXPECT_EQ(invoke({"--log-file=-"}, {{"PULSAR_LOG_FILE", "/a"}}).cfg.log.file, "");
    EXPECT_EQ(invoke({"--log-file=./-"}).cfg.log.file, "./-");
    EXPECT_EQ(invoke({"--log-file=-", "--print-config"}).text, invoke({"--print-config"}).text);
    const config_file file("log-file = '-'");
    EXPECT_EQ(invoke({"--config", file.path()}).cfg.log.file, "");
}

TEST(AppCommandLine, RejectsArgumentsThatAreNoFlags) {
    for (const auto* argument : {"foo", "8080", "", "a\nb", "\xff"}) {
        const auto expected = "unexpected argument " + cli::in_quotes(argument);
        EXPECT_TRUE(contains(rejection({argument}), expected));
        EXPECT_TRUE(contains(rejection({"-t4", argument}), expected));
    }
    EXPECT_TRUE(contains(rejection({"++"}), "unexpected argument \"++\""));
    EXPECT_TRUE(contains(rejection({"--", "-t4"}), "\"-t4\""));
    EXPECT_TRUE(contains(rejection({"--", "--"}), "\"--\""));
    EXPECT_EQ(invoke({"-t4", "--"}).cfg.server.threads, 4U);
}

TEST(AppCommandLine, RejectsAFlagWithoutItsValue) {
    EXPECT_TRUE(contains(rejection({"--threads"}), "--threads \"\": expected a whole number"));
    EXPECT_TRUE(contains(rejection({"-l"}), "--listen \"\": expected HOST:PORT"));
    EXPECT_TRUE(contains(rejection({"--config"}), "--config \"\": expected"));
}

TEST(AppCommandLine, AnEmptyValueDoesNotTakeTheNextArgument) {
    EXPECT_TRUE(contains(rejection({"--log-file=", "--threads=4"}), "--log-file \"\": expected"));
    EXPECT_TRUE(contains(rejection({"--threads=", "4"}), "unexpected argument \"4\""));
    EXPECT_TRUE(contains(rejection({"--config=", "a"}), "unexpected argument \"a\""));
    EXPECT_TRUE(contains(rejection({"--listen", ""}), "--listen \"\": expected"));
    EXPECT_TRUE(contains(rejection({"-t", "", "4"}), "unexpected argument \"4\""));
}

TEST(AppCommandLine, RejectsAFlagGivenTwice) {
    EXPECT_TRUE(contains(rejection({"-t4", "--threads", "5"}), "--threads \"5\": given twice"));
    EXPECT_TRUE(contains(rejection({"-t4", "-t4"}), "--threads \"4\": given twice"));
    EXPECT_TRUE(contains(rejection({"--config=a", "--config=b"}), "--config \"b\": given twice"));
}

TEST(AppCommandLine, RejectsAnAddressGivenTwice) {
    const auto rejected = [](const std::string& given, const std::string& is) {
        return "--listen \"" + given + "\": \"" + is +
               "\" is given twice, expected each address once";
    };
    EXPECT_EQ(rejection({"-l", ":80", "-l", ":80"}), rejected(":80", ":80"));
    EXPECT_EQ(rejection({"-l", "unix:a", "-l", ":0", "-l", "unix:a"}),
              rejected("unix:a", "unix:a"));
    EXPECT_EQ(rejection({"-l", "[::1]:80", "-l", "[0::1]:80"}), rejected("[0::1]:80", "[::1]:80"));
    EXPECT_EQ(rejection({"-l", "127.0.0.1:80", "-l", ":81", "-l", "[::ffff:127.0.0.1]:80"}),
              rejected("[::ffff:127.0.0.1]:80", "127.0.0.1:80"));
    EXPECT_EQ(invoke({"-l", ":0", "-l", ":0"}).cfg.server.listen.size(), 2U);
    EXPECT_EQ(invoke({"-l", ":80", "-l", "[::]:80"}).cfg.server.listen.size(), 2U);
}

TEST(AppCommandLine, RejectsAnAddressGivenTwiceInAVariable) {
    const auto rejected = rejection({}, {{"PULSAR_LISTEN", "unix:@a,unix:@b,unix:@a"}});
    EXPECT_TRUE(contains(rejected, "PULSAR_LISTEN \"unix:@a\": \"unix:@a\" is given twice"));
    // A higher source replaces the list of a lower one.
    const auto flags = invoke({"-l", ":80"}, {{"PULSAR_LISTEN", ":80,:81"}}).cfg.server.listen;
    EXPECT_EQ(flags.size(), 1U);
}

TEST(AppCommandLine, SwitchesTakeNoValue) {
    EXPECT_TRUE(contains(rejection({"--print-config=false"}), "--print-config \"false\": "));
    EXPECT_TRUE(contains(rejection({"--help=yes"}), "--help \"yes\": expected no value"));
    EXPECT_TRUE(contains(rejection({"--version="}), "--version \"\": expected no value"));
    EXPECT_EQ(invoke({"--print-config", "--print-config"}).wanted, print);
}

TEST(AppCommandLine, HelpAndVersionWinOverEverything) {
    const auto help = invoke({"--help"}).text;
    const auto version = invoke({"-V"}).text;
    EXPECT_NE(help, version);
    const variables bad{{"PULSAR_THREADS", "x"}, {"PULSAR_CONFIG", "/nonexistent"}};
    for (const arguments& more : {arguments{},
                                  {"--foo"},
                                  {"bar"},
                                  {"-t", "x"},
                                  {"--threads"},
                                  {"--config", "/nonexistent"},
                                  {"--print-config"},
                                  {"-t1", "-t2"}}) {
        for (const auto* flag : {"-h", "--help"}) {
            arguments flags{flag};
            flags.insert(flags.end(), more.begin(), more.end());
            const auto asked = invoke(flags, bad);
            EXPECT_EQ(asked.wanted, print);
            EXPECT_EQ(asked.text, help);
            flags[0] = "--version";
            EXPECT_EQ(invoke(flags, bad).text, version);
        }
    }
    EXPECT_EQ(invoke({"--foo", "bar", "-V", "--help"}).text, help);
}

TEST(AppEnvironment, SplitsListenAtCommas) {
    EXPECT_EQ(texts(invoke({}, {{"PULSAR_LISTEN", ":1,[::1]:2,unix:/a b"}}).cfg, "listen"),
              (arguments{":1", "[::1]:2", "unix:/a b"}));
    for (const auto* list : {",", ":1,", ",:1", ":1,,:2"}) {
        EXPECT_TRUE(contains(rejection({}, {{"PULSAR_LISTEN", list}}), "PULSAR_LISTEN \"\""));
    }
    EXPECT_TRUE(contains(rejection({"-l", ":1,:2"}), "--listen \":1,:2\""));
}

TEST(AppEnvironment, IgnoresWhatIsNotAnOption) {
    const variables set{
        {"PULSAR_SERVICE_HOST", "10.0.0.1"}, {"PULSAR_HELP", "1"},    {"PULSAR_VERSION", "2"},
        {"PULSAR_PRINT_CONFIG", "1"},        {"pulsar_threads", "x"}, {"THREADS", "x"}};
    EXPECT_EQ(invoke({}, set).wanted, run);
}

}  // namespace
}  // namespace pulsar::test::app_command_line_test
