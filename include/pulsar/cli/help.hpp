#pragma once

#include "pulsar/cli/option.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace pulsar::cli {

/// A command line that shows what a program is good for.
struct example {
    std::string_view command;
    std::string_view what = {};  ///< it does
};

/// How durations and sizes are written, for a paragraph of every `--help`.
inline constexpr std::string_view value_syntax =
    "D is a duration with its unit: 500ms, 10s, 5m, 1h; at most 24h. S is a size: 512, 64KiB, "
    "1MiB.";

/// The columns of the terminal that is standard output, at least 40 and at most 120; 80 where there
/// is none.
std::size_t help_width();

/// What `--help` prints, laid out for lines of `width` columns: a word is broken by nothing, and
/// stands out only if it alone is longer. Made here and not by CLI11, whose layout differs from
/// version to version.
class help_page {
  public:
    explicit help_page(std::size_t width) : width_(width) {}

    /// Each line of `text` is wrapped, and keeps its leading blanks on those that follow it.
    void paragraph(std::string_view text);

    /// The flags of each group with what they do and their defaults, which are the values that the
    /// table's variables have now.
    void options(const option_table& table);

    void examples(const std::vector<example>& all);

    [[nodiscard]] const std::string& text() const { return text_; }

  private:
    struct row {
        std::string term;
        std::string text;
    };

    void rows(std::string_view title, const std::vector<row>& all, std::size_t column);
    void wrap(std::string_view words, std::size_t column, std::size_t indent,
              std::string_view line_end = "\n");

    std::size_t width_;
    std::string text_;
};

}  // namespace pulsar::cli
