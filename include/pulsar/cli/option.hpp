#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace pulsar::cli {

struct option;

/// What one source says about one option.
struct setting {
    const option* of;
    std::string where;  ///< for messages: `--threads`, `PULSAR_THREADS`, `pulsar.toml:3: threads`
    std::vector<std::string> texts;  ///< one for each time that it is given; none for a switch

    /// The text of an option that may be given once. Throws usage_error.
    [[nodiscard]] const std::string& single() const;
};

/// The kind of TOML value that an option is written as, and that it is read from besides a string.
enum class toml_shape : std::uint8_t {
    text,    ///< a string, and nothing else
    number,  ///< an integer
    size,    ///< a string; an integer counts bytes
    list,    ///< an array of strings
};

/// How the texts of every source become a value of the program's, and back. Made for one variable,
/// to which it refers.
struct codec {
    toml_shape shape = toml_shape::text;
    std::string accepts{};  ///< completes "expected ..."

    /// Replaces the value. Throws usage_error.
    std::function<void(const setting&)> assign{};

    /// What assign() reads back to the same value; nothing where it is not set.
    std::function<std::vector<std::string>()> texts{};

    std::string words{};  ///< values to offer for completion, with blanks between them
};

/// A row of the table that the command line, `--help` and all other sources are made from.
struct option {
    std::string_view name;       ///< the long flag without dashes, and the TOML key
    char letter = '\0';          ///< the short flag, if any
    std::string_view metavar{};  ///< what stands for its value; empty for a switch
    std::string_view help;
    std::string_view fallback{};  ///< the default in words, where it is not a fixed value
    std::string_view example{};   ///< a value to show where there is no fixed default
    codec value{};                ///< empty where the program asks the command line itself
};

/// Options that are shown together.
struct option_group {
    std::string_view title;
    std::vector<option> options;
};

/// All of a program's options, in the order in which users see them.
using option_table = std::vector<option_group>;

/// Sets the values, but not of options that the program asks the command line for. Throws
/// usage_error.
void assign(const std::vector<setting>& settings);

/// `--help` and `--version`, which every program has.
std::vector<option> common_options();

/// Null if there is no such option.
const option* find_option(const option_table& table, std::string_view name);

/// The option that is probably meant by a name that is none, by edit distance; null if none is
/// near.
const option* nearest_option(const option_table& table, std::string_view name);

}  // namespace pulsar::cli
