#pragma once

#include "pulsar/cli/text.hpp"

#include <stdexcept>
#include <string>
#include <string_view>

namespace pulsar::cli {

/// The configuration is bad. what() is one printable line that names the flag (or variable, or file
/// and key), the value and what is accepted.
class usage_error : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// `where` is the flag, variable, or file, line and key that `value` comes from.
inline usage_error bad_value(std::string_view where, std::string_view value, std::string_view why) {
    return usage_error(std::string(where) + ' ' + in_quotes(value) + ": " + std::string(why));
}

}  // namespace pulsar::cli
