#pragma once

#include <memory>
#include <string>
#include <vector>

namespace pulsar::test {

/// A regular expression of ECMAScript. <regex> takes seconds to compile, so pattern.cpp alone
/// includes it.
class pattern {
  public:
    /// Throws when it is none. Implicit: a text stands for the pattern.
    pattern(const char* expression);

    /// Whether it fits all of `text`.
    [[nodiscard]] bool matches(const std::string& text) const;
    /// Whether it fits a part of it.
    [[nodiscard]] bool is_in(const std::string& text) const;
    /// For each part that it fits, in order: the part, and behind it what each group has taken,
    /// empty for a group that took no part.
    [[nodiscard]] std::vector<std::vector<std::string>> all_in(const std::string& text) const;
    /// `text` with `replacement` for each such part; `$1` in it is the first group.
    [[nodiscard]] std::string replaced_in(const std::string& text,
                                          const std::string& replacement) const;

  private:
    struct compiled;
    std::shared_ptr<const compiled> compiled_;
};

}  // namespace pulsar::test
