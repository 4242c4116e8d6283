#pragma once

#include "pulsar/system/whole_number.hpp"

#include <concepts>
#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <string>

namespace pulsar::system {

/// A variable that the service manager has set, removed from the environment. Nothing where there
/// is none.
inline std::optional<std::string> take_variable(const char* name) {
    const char* const text = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): no thread yet
    if (text == nullptr) return std::nullopt;
    std::string taken(text);
    ::unsetenv(name);  // NOLINT(concurrency-mt-unsafe)
    return taken;
}

/// The whole number from 1 to `most` that `text`, of the variable `name`, stands for. Throws
/// std::runtime_error.
template <std::unsigned_integral Number>
Number positive_number(const std::string& name, const std::string& text, Number most) {
    const auto number = whole_number<Number>(text);
    if (!number || *number == 0 || *number > most) {
        throw std::runtime_error(name + ": expected a whole number from 1 to " +
                                 std::to_string(most));
    }
    return *number;
}

}  // namespace pulsar::system
