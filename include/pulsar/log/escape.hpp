#pragma once

#include <string>
#include <string_view>

/// Bytes that anyone may have chosen, made safe for a log line. Well-formed UTF-8 (RFC 3629) stays
/// as it is, but for controls, line separators and bidirectional overrides, which could break a
/// line or disguise it on a terminal. A byte that is not part of UTF-8 becomes `\xHH`.
namespace pulsar::log {

/// Appends a value of `key=value`: quoted if it is empty or holds a space, `=`, `"`, `\` or a byte
/// outside 0x21 to 0x7e. What may not stand in quotes becomes `\"`, `\\`, `\n`, `\t`, `\r`, `\xHH`.
void append_text_value(std::string& out, std::string_view bytes);

/// Appends words that stand on their own, with the same escapes and no quotes.
void append_text(std::string& out, std::string_view bytes);

/// Appends a JSON string (RFC 8259), quotes included. As JSON has no escape for a byte, `\xHH` of a
/// byte that is not text are four characters of the string.
void append_json(std::string& out, std::string_view bytes);

}  // namespace pulsar::log
