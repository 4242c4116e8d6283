#pragma once

#include <cstdint>
#include <string>
#include <string_view>

/// Numbers as people read them.
namespace pulsar::report {

/// `4,123,456`.
std::string grouped(std::uint64_t number);

/// `4,123.5`, rounded to so many decimals.
std::string grouped(double number, int decimals);

/// A number with decimals without the zeros at their end: `1.5`, `100`.
std::string trimmed(std::string number);

/// `1 frame`, `1,200 frames`.
std::string counted(std::uint64_t count, std::string_view noun);

}  // namespace pulsar::report
