// The completions that are installed, asked for by the shells themselves.

#include "support/bench.hpp"
#include "support/daemon.hpp"
#include "support/installed.hpp"
#include "support/markdown.hpp"
#include "support/pattern.hpp"
#include "support/process.hpp"
#include "support/skip_without.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <set>
#include <string>
#include <vector>

namespace pulsar::test::completions_test {
namespace {

using strings = std::vector<std::string>;
using names = std::set<std::string>;

class Completions : public testing::Test {
  protected:
    Completions() { write_file(dir_ / "a file", ""); }

    /// What a script prints, a line each, run in a directory that holds `a file`.
    [[nodiscard]] names printed_by(strings command, const strings& arguments) const {
        launch how;
        how.command = {"env", "--chdir=" + (dir_ / "")};
        how.command.insert(how.command.end(), command.begin(), command.end());
        how.command.insert(how.command.end(), arguments.begin(), arguments.end());
        // fish completes only what it can run.
        how.environment = {"PATH=" + (prefix_ / "bin:") + std::getenv("PATH"),
                           "XDG_DATA_DIRS=" + (prefix_ / "share"), "HOME=" + (dir_ / ""),
                           "LC_ALL=C.UTF-8"};
        const auto result = run(how, std::chrono::minutes(1));  // zsh reads all that it has first
        EXPECT_EQ(result.how, exited(0)) << result.err;
        names found;
        for (const auto& line : lines_of(result.out))
            found.insert(line.substr(0, line.find_first_of("\t\n")));
        return found;
    }

    const installed prefix_;
    const temp_dir dir_;
};

names flags_of_help(const launch& help) {
    names flags;
    for (const auto& match : pattern("\n +(?:-\\w, )?(--[-\\w]+)").all_in(run(help).out))
        flags.insert(match.at(1));
    EXPECT_GT(flags.size(), 10u);
    return flags;
}

class Bash : public Completions {
  protected:
    void SetUp() override {
        if (run({.command = {"test", "-e", "/usr/share/bash-completion/bash_completion"}}).how !=
            exited(0))
            skip_without("bash-completion");
    }

    /// What is offered for the last of the words, `FILES` for names of files.
    [[nodiscard]] names offered(const strings& words) const {
        return printed_by({"bash", "--norc", "-c", R"sh(
            . /usr/share/bash-completion/bash_completion
            _completion_loader "$1"
            compopt() { [ "$*" = "-o default" ] && echo FILES; }
            COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
            $(complete -p "$1" | sed 's/.*-F \([^ ]*\) .*/\1/')
            [ ${#COMPREPLY[@]} = 0 ] || printf '%s\n' "${COMPREPLY[@]}")sh",
                           "bash"},
                          words);
    }
};

TEST_F(Bash, KnowsEachFlag) {
    EXPECT_EQ(offered({"pulsar", "--"}), flags_of_help(pulsar_with({"--help"})));
    EXPECT_EQ(offered({"pulsar-bench", "--"}), flags_of_help(bench_with({"--help"})));
}

TEST_F(Bash, KnowsValues) {
    EXPECT_EQ(offered({"pulsar", "--log-format", ""}), (names{"json", "text"}));
    EXPECT_EQ(offered({"pulsar", "--threads", "2", "--log-format", "=", "j"}), names{"json"});
    EXPECT_EQ(offered({"pulsar", "--log-format", "="}), (names{"json", "text"}));
    EXPECT_EQ(offered({"pulsar", "--config", ""}), names{"FILES"});
    EXPECT_EQ(offered({"pulsar", "-t", ""}), names{});
    EXPECT_EQ(offered({"pulsar-bench", "--framing", ""}), (names{"length", "none"}));
    EXPECT_EQ(offered({"pulsar-bench", "--proxy-protocol", ""}), (names{"v1", "v2"}));
    EXPECT_EQ(offered({"pulsar-bench", "--mode", "h"}), names{"halfclose"});
    for (const auto& level : offered({"pulsar", "--log-level", ""})) {
        const auto taken = run(pulsar_with({"--log-level", level, "--print-config"}));
        EXPECT_EQ(taken.how, exited(0)) << level;
    }
    EXPECT_EQ(offered({"pulsar", "--log-level", "o"}), names{"off"});
}

TEST_F(Bash, KnowsWhatIsMadeOfResults) {
    EXPECT_EQ(offered({"pulsar-bench", "c"}), names{"compare"});
    EXPECT_EQ(offered({"pulsar-bench", "m"}), names{"merge"});
    for (const std::string verb : {"compare", "merge"}) {
        EXPECT_EQ(offered({"pulsar-bench", verb, "a", ""}), names{"FILES"});
        EXPECT_EQ(offered({"pulsar-bench", verb, "a", "--fail"}), names{"--fail-if"});
    }
    EXPECT_EQ(offered({"pulsar-bench", "merge", "a", "b", "--hdr", ""}), names{"FILES"});
    EXPECT_EQ(offered({"pulsar-bench", ":1", "a"}), names{}) << "an address is no file";
}

class Fish : public Completions {
  protected:
    void SetUp() override {
        if (run({.command = {"fish", "--version"}}).how != exited(0)) skip_without("fish");
    }

    [[nodiscard]] names offered(const std::string& line) const {
        return printed_by({"fish", "-c", "complete -C $argv"}, {line});
    }
};

TEST_F(Fish, KnowsEachFlag) {
    EXPECT_EQ(offered("pulsar --"), flags_of_help(pulsar_with({"--help"})));
    EXPECT_EQ(offered("pulsar-bench --"), flags_of_help(bench_with({"--help"})));
}

TEST_F(Fish, KnowsValues) {
    EXPECT_EQ(offered("pulsar --log-format "), (names{"json", "text"}));
    EXPECT_EQ(offered("pulsar --log-format=j"), names{"--log-format=json"});
    EXPECT_EQ(offered("pulsar --config a"), names{"a file"});
    EXPECT_EQ(offered("pulsar-bench -t "), names{});
    EXPECT_EQ(offered("pulsar a"), names{});
}

TEST_F(Fish, KnowsWhatIsMadeOfResults) {
    EXPECT_EQ(offered("pulsar-bench c"), names{"compare"});
    EXPECT_EQ(offered("pulsar-bench m"), names{"merge"});
    EXPECT_EQ(offered("pulsar-bench compare a"), names{"a file"});
    EXPECT_EQ(offered("pulsar-bench merge x a"), names{"a file"});
    EXPECT_EQ(offered("pulsar-bench --hdr a"), names{"a file"});
}

class Zsh : public Completions {
  protected:
    void SetUp() override {
        if (run({.command = {"zsh", "--version"}}).how != exited(0)) skip_without("zsh");
    }

    /// What a program gets, with a `|` between its arguments, when its name and `keys` are typed.
    [[nodiscard]] names typed(const std::string& program, const std::string& keys) const {
        return printed_by({"zsh", "-f", "-c", R"sh(
            zmodload zsh/zpty
            zpty shell "TERM=dumb zsh -f -i"
            zpty -w shell "fpath=('$1' \$fpath); autoload -Uz compinit; compinit -D -u
                $2() { print -r -- GOT \"\${(j:|:)@}\" END }; print READY\$((1 + 1))"
            zpty -r shell seen '*READY2*'
            zpty -w shell "$2 $3"
            zpty -r shell seen '*GOT*END*'
            print -r -- "${${seen##*GOT }%% END*}")sh",
                           "zsh"},
                          {prefix_ / "share/zsh/site-functions", program, keys});
    }
};

TEST_F(Zsh, CompletesFlagsAndValues) {
    EXPECT_EQ(typed("pulsar", "--log-fo\tj\t --print\t"),
              names{"--log-format=json|--print-config"});
    EXPECT_EQ(typed("pulsar", "-l :1 -l :2 --conf\ta\t"), names{"-l|:1|-l|:2|--config=a file"});
    EXPECT_EQ(typed("pulsar-bench", "comp\ta\t"), names{"compare|a file"});
    EXPECT_EQ(typed("pulsar-bench", "mer\ta\t--fail-if x --fail\tx --hdr\ta\t"),
              names{"merge|a file|--fail-if|x|--fail-if=x|--hdr=a file"});
}

}  // namespace
}  // namespace pulsar::test::completions_test
