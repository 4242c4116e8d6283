#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pulsar::cli {

/// `echo, idle or churn`.
std::string alternatives(const std::vector<std::string>& names);

bool is_utf8(std::string_view bytes) noexcept;

/// One printable line, whatever the bytes, with the escapes of the log.
std::string escaped(std::string_view bytes);

/// As escaped(), in double quotes. A long text is cut after 200 bytes and says how long it is: a
/// message stays readable whatever was passed.
std::string in_quotes(std::string_view bytes);

}  // namespace pulsar::cli
