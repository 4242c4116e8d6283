#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

/// Numbers as people read them.
namespace pulsar::report {

/// `4,123,456`.
std::string grouped(std::uint64_t number);

/// `4,123.5`, rounded to so many decimals.
std::string grouped(double number, int decimals);

/// `4123.5`: without an exponent, and without zeros at the end. From one decimal on.
std::string trimmed(double number, int most_decimals);

/// `1 frame`, `1,200 frames`.
std::string counted(std::uint64_t count, std::string_view noun);

/// Milliseconds to three decimals: `0.118`, `1,020.000`.
std::string milliseconds_text(std::chrono::nanoseconds latency);

}  // namespace pulsar::report
