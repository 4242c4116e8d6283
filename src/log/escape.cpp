#include "pulsar/log/escape.hpp"

#include "pulsar/log/utf8.hpp"

#include <algorithm>
#include <cstddef>

namespace pulsar::log {
namespace {

enum class style { text, json };

bool is_plain(char c) {
    return c >= 0x20 && c <= 0x7e && c != '"' && c != '\\';
}

/// C0, DEL and C1; the separators U+2028 and U+2029 with the bidirectional embeddings and overrides
/// that follow them; the bidirectional isolates.
bool is_unsafe(char32_t c) {
    return c < 0x20 || (c >= 0x7f && c <= 0x9f) || (c >= 0x2028 && c <= 0x202e) ||
           (c >= 0x2066 && c <= 0x2069);
}

/// The letter that stands for it after a backslash, or 0.
char short_escape(char32_t c) {
    switch (c) {
        case '"':
        case '\\':
            return static_cast<char>(c);
        case '\n':
            return 'n';
        case '\t':
            return 't';
        case '\r':
            return 'r';
        default:
            return 0;
    }
}

void append_hex(std::string& out, char32_t number, int digits) {
    for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
        out += "0123456789abcdef"[number >> shift & 0xf];
    }
}

void append_bytes(std::string& out, std::string_view prefix, std::string_view bytes) {
    for (const char c : bytes) {
        out += prefix;
        append_hex(out, static_cast<unsigned char>(c), 2);
    }
}

void append_escaped(std::string& out, std::string_view bytes, style as) {
    while (!bytes.empty()) {
        const auto* special = std::find_if_not(bytes.begin(), bytes.end(), is_plain);
        const auto plain = static_cast<std::size_t>(special - bytes.begin());
        out += bytes.substr(0, plain);
        bytes.remove_prefix(plain);
        if (bytes.empty()) break;

        const auto found = first_character(bytes);
        const auto whole = bytes.substr(0, found ? found->size : 1);
        bytes.remove_prefix(whole.size());
        if (!found) {
            append_bytes(out, as == style::json ? "\\\\x" : "\\x", whole);
        } else if (const char letter = short_escape(found->code_point)) {
            out += '\\';
            out += letter;
        } else if (!is_unsafe(found->code_point)) {
            out += whole;
        } else if (as == style::json) {
            out += "\\u";
            append_hex(out, found->code_point, 4);
        } else {
            append_bytes(out, "\\x", whole);
        }
    }
}

bool stands_bare(char c) {
    return is_plain(c) && c != ' ' && c != '=';
}

}  // namespace

void append_text_value(std::string& out, std::string_view bytes) {
    if (!bytes.empty() && std::all_of(bytes.begin(), bytes.end(), stands_bare)) {
        out += bytes;
        return;
    }
    out += '"';
    append_escaped(out, bytes, style::text);
    out += '"';
}

void append_text(std::string& out, std::string_view bytes) {
    append_escaped(out, bytes, style::text);
}

void append_json(std::string& out, std::string_view bytes) {
    out += '"';
    append_escaped(out, bytes, style::json);
    out += '"';
}

}  // namespace pulsar::log
