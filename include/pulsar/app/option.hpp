#pragma once

#include "pulsar/app/config.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace pulsar::app {

struct option;

/// What one source says about one option.
struct setting {
    const option* of;
    std::string where;  ///< for messages: `--threads`, `PULSAR_THREADS`, `pulsar.toml:3: threads`
    std::vector<std::string> texts;  ///< one, or any number for a list
};

/// The kind of TOML value that an option is written as, and that it is read from besides a string.
enum class toml_shape : std::uint8_t {
    text,    ///< a string, and nothing else
    number,  ///< an integer
    size,    ///< a string; an integer counts bytes
    list,    ///< an array of strings
};

/// How the texts of every source become a field of `config`, and back.
struct codec {
    toml_shape shape;
    std::string accepts;  ///< completes "expected ..."

    /// Replaces the field. Throws usage_error.
    std::function<void(config&, const setting&)> assign;

    /// What assign() reads back to the same value; nothing where the field is not set.
    std::function<std::vector<std::string>(const config&)> texts;
};

/// A row of the table that flags, environment, TOML and `--help` are made from.
struct option {
    std::string_view name;  ///< the long flag without dashes, and the TOML key
    char letter = '\0';     ///< the short flag, if any
    std::string_view placeholder;
    std::string_view help;
    std::string_view fallback = {};  ///< the default in words, where it is not a fixed value
    codec value;
};

/// Options that `--help` and `--print-config` show together.
struct option_group {
    std::string_view title;
    std::vector<option> options;
};

/// In the order in which users see them. Every option of `config` is in here exactly once.
const std::vector<option_group>& option_table();

/// Null if there is no such option.
const option* find_option(std::string_view name);

}  // namespace pulsar::app
