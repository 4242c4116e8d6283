#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace pulsar::test {

/// Whether `part` is in `text`; a failure shows both.
testing::AssertionResult contains(std::string_view text, std::string_view part);

/// How often `part` is in `text`; where two overlap, both count.
std::size_t occurrences(std::string_view text, std::string_view part);

/// What stands between blanks and ends of lines.
std::vector<std::string> words_of(const std::string& text);

/// The two parts of `HOST:PORT`.
std::string host_of(const std::string& address);
std::string port_of(const std::string& address);

/// Expects a complaint of a program on standard error: one line that begins with its name and holds
/// each of `words`.
void expect_complaint(std::string_view program, const std::string& err,
                      const std::vector<std::string>& words = {});

}  // namespace pulsar::test
