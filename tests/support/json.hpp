#pragma once

#include <boost/json/object.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pulsar::test {

/// One log event; its keys keep the order of the line.
using event = boost::json::object;

/// Throws with the line in the text when it is not exactly one JSON object.
event parse_line(std::string_view line);

/// Throws too when the last line does not end in a newline.
std::vector<event> parse_lines(std::string_view text);

/// Throw with the whole event in the text when the field is missing or of another type.
std::int64_t number(const event& from, std::string_view key);
std::string text(const event& from, std::string_view key);
/// Seconds, as `duration_s`.
std::chrono::duration<double> seconds(const event& from, std::string_view key);

/// When it was logged. Throws with its `time` in the text when that is none.
std::chrono::sys_time<std::chrono::microseconds> time_of(const event& logged);
/// From one to the other.
double seconds_between(const event& first, const event& second);

}  // namespace pulsar::test
