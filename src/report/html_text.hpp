#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace pulsar::report {

/// Any bytes as text of an HTML page, in an attribute too. What is not UTF-8 and what could
/// disguise the line is escaped as in the log.
std::string html_text(std::string_view bytes);

/// The address of a result, an element for each of several: a line ends between two, if it can.
std::string address_text(std::string_view bytes);

/// `4,123.5`; `n/a` for what is not a number from 0 to 9e18.
std::string amount_text(double amount, int decimals);

/// To three significant digits, but at most three decimals and all of the whole part: `0.118`,
/// `14.9`, `1,020`.
std::string rounded_text(double amount);

/// A time in a run that lasted `run` seconds, rounded down: `90 s`, or as clock_text() in a run of
/// ten minutes and more.
std::string time_text(double seconds, double run);

/// `1:11:58`; at most 1e9 seconds.
std::string clock_text(double seconds);

}  // namespace pulsar::report
