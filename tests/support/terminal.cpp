#include "support/terminal.hpp"

#include "support/daemon.hpp"
#include "support/markdown.hpp"
#include "support/pattern.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <utility>

namespace pulsar::test {
namespace {

/// A log line without what differs from run to run and from machine to machine.
std::string comparable(std::string line) {
    static const std::pair<pattern, const char*> differing[]{
        {R"(^[-0-9]+T[:0-9]+\.\d{6}Z)", "TIME"},
        {R"(peer=127\.0\.0\.1:\d+)", "peer=127.0.0.1:N"},
        {R"(\b(duration_s|age_s|idle_s|silent_s|uptime_s)=\d+\.\d{3}\b)", "$1=N"},
        {R"(\b(rtt_us|threads|max_connections)=\d+)", "$1=N"},
    };
    for (const auto& [differs, replacement] : differing)
        line = differs.replaced_in(line, replacement);
    return line;
}

}  // namespace

launch shell_in(const temp_dir& directory, const std::string& line,
                std::vector<std::string> environment) {
    const auto binary = std::filesystem::absolute(pulsar_with({}).command.front());
    launch how;
    how.command = {"sh", "-c", "cd '" + directory / "." + "' && " + line};
    how.environment = std::move(environment);
    how.environment.push_back("PATH=" + binary.parent_path().string() + ':' + std::getenv("PATH"));
    return how;
}

std::string output_of(const temp_dir& directory, const std::string& line, deadline limit) {
    // A pipe would stay open as long as what is in the background.
    run(shell_in(directory, "exec > output 2>&1; " + line), limit);
    return read_file(directory / "output");
}

terminal::terminal(const temp_dir& directory, const std::string& command)
    : child_(shell_in(directory, "exec " + command, {"PULSAR_LISTEN=127.0.0.1:0"})) {
    const auto started = child_.out().wait_for_line(
        [](std::string_view line) { return line.find(" server: started ") != line.npos; });
    if (!started) throw std::runtime_error(child_.transcript());
    const auto ports = pattern(R"(address=127\.0\.0\.1:(\d+))").all_in(child_.out().text());
    if (!ports.empty()) port_ = ports.front().at(1);
}

std::string terminal::filled_in(std::string text) const {
    // As whole words: a port such as 44711 holds the other number.
    text = pattern("\\b8080\\b").replaced_in(text, port_);
    return pattern("\\b4711\\b").replaced_in(text, std::to_string(child_.pid()));
}

void terminal::follow(const std::vector<std::string>& lines) {
    std::vector<std::string> wanted;
    for (auto line : lines) {
        if (line.starts_with("^C")) {
            expect_next(wanted);
            wanted.clear();
            child_.send(SIGINT);
            ++interrupts_;
            line.erase(0, 2);
        }
        if (line != "\n") wanted.push_back(comparable(filled_in(line)));
    }
    expect_next(wanted);
    if (interrupts_ > 0) expect_end();
}

void terminal::expect_next(const std::vector<std::string>& wanted) {
    for (bool more = true; more;) {
        const auto seen = child_.out().size();
        auto logged = lines_of(child_.out().text());
        std::transform(logged.begin(), logged.end(), logged.begin(), comparable);
        const auto found =
            std::search(logged.begin() + shown_, logged.end(), wanted.begin(), wanted.end());
        if (found != logged.end() || wanted.empty()) {
            shown_ = found - logged.begin() + std::ssize(wanted);
            return;
        }
        more = child_.out().wait_for_more(seen);
    }
    ADD_FAILURE() << "not logged next: " << testing::PrintToString(wanted);
}

void terminal::expect_end() {
    EXPECT_EQ(child_.wait(), interrupts_ == 1 ? exited(0) : killed_by(SIGINT));
    EXPECT_TRUE(child_.err().wait_for_end());
    EXPECT_EQ(child_.err().text(), "");
}

}  // namespace pulsar::test
