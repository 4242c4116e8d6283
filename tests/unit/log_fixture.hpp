#pragma once

#include "pulsar/log/log.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace pulsar::log::test {

/// A directory for log files, and a log that is closed whatever happens.
class LogFixture : public testing::Test {
  protected:
    ~LogFixture() override { close(); }

    /// Opens a log of every level into `file` and returns it.
    std::string open_file_log(const std::string& name, format as = format::text) {
        const std::string path = dir_ / name;
        open({.levels = *parse_levels("trace"), .format = as, .file = path});
        return path;
    }

    /// Logs an event that is longer than all that may wait.
    static void write_too_much() {
        write(component::server, level::info, "m", {{"padding", std::string(9 << 20, '.')}});
    }

    pulsar::test::temp_dir dir_;
};

/// Without their newlines; fails the test when the last one lacks it.
inline std::vector<std::string> split_lines(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const auto end = text.find('\n');
        if (end == text.npos) {
            ADD_FAILURE() << "cut line: " << text;
            break;
        }
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(end + 1);
    }
    return lines;
}

/// What follows `LEVEL component: `, where a line of text has it.
inline std::string payload(std::string_view line) {
    const auto colon = line.find(": ");
    return std::string(colon == line.npos ? line : line.substr(colon + 2));
}

inline std::vector<std::string> payloads(std::string_view text) {
    std::vector<std::string> result;
    for (const auto& line : split_lines(text))
        result.push_back(payload(line));
    return result;
}

}  // namespace pulsar::log::test
