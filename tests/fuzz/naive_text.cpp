#include "naive_text.hpp"

#include <array>
#include <cstddef>

namespace pulsar::fuzz {
namespace {

struct byte_range {
    unsigned char first;
    unsigned char last;
};

constexpr byte_range tail{0x80, 0xbf};
constexpr byte_range any{0, 0xff};  // where the sequence has ended

struct form {
    std::size_t length;
    std::array<byte_range, 4> bytes;
};

constexpr std::array<form, 9> well_formed{{
    {1, {{{0x00, 0x7f}, any, any, any}}},
    {2, {{{0xc2, 0xdf}, tail, any, any}}},
    {3, {{{0xe0, 0xe0}, {0xa0, 0xbf}, tail, any}}},
    {3, {{{0xe1, 0xec}, tail, tail, any}}},
    {3, {{{0xed, 0xed}, {0x80, 0x9f}, tail, any}}},
    {3, {{{0xee, 0xef}, tail, tail, any}}},
    {4, {{{0xf0, 0xf0}, {0x90, 0xbf}, tail, tail}}},
    {4, {{{0xf1, 0xf3}, tail, tail, tail}}},
    {4, {{{0xf4, 0xf4}, {0x80, 0x8f}, tail, tail}}},
}};

unsigned byte_at(std::string_view text, std::size_t i) {
    return static_cast<unsigned char>(text[i]);
}

bool begins_with(const form& f, std::string_view text) {
    if (text.size() < f.length) return false;
    for (std::size_t i = 0; i < f.length; ++i) {
        const auto byte = byte_at(text, i);
        if (byte < f.bytes[i].first || byte > f.bytes[i].last) return false;
    }
    return true;
}

char32_t code_point_of(std::string_view character) {
    constexpr std::array<unsigned, 5> lead_bits{0, 0x7f, 0x1f, 0x0f, 0x07};
    char32_t code = byte_at(character, 0) & lead_bits[character.size()];
    for (std::size_t i = 1; i < character.size(); ++i)
        code = code * 64 + byte_at(character, i) % 64;
    return code;
}

bool safe(char32_t code) {
    const bool control = code < 0x20 || (code >= 0x7f && code < 0xa0);
    const bool separator = code == 0x2028 || code == 0x2029;
    const bool reorders = (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
    return !control && !separator && !reorders;
}

std::optional<int> hex_digit(char c) {
    const auto found = std::string_view("0123456789abcdef").find(c);
    return found == std::string_view::npos ? std::nullopt : std::optional(static_cast<int>(found));
}

/// Takes text off the front of a line.
class reader {
  public:
    explicit reader(std::string_view text) : rest_(text) {}

    bool at_end() const { return rest_.empty(); }
    bool take(char expected) {
        if (at_end() || rest_.front() != expected) return false;
        rest_.remove_prefix(1);
        return true;
    }
    std::string until_any(std::string_view stops) {
        const auto found = std::string(rest_.substr(0, rest_.find_first_of(stops)));
        rest_.remove_prefix(found.size());
        return found;
    }

    std::optional<std::string> value() {
        if (!take('"')) return until_any(" ");
        std::string result;
        for (;;) {
            result += until_any("\\\"");
            if (take('"')) return result;
            if (!take('\\') || at_end()) return std::nullopt;
            const auto byte = escaped_byte();
            if (!byte) return std::nullopt;
            result += *byte;
        }
    }

  private:
    std::optional<char> escaped_byte() {
        constexpr std::string_view letters = "\"\\ntr";
        constexpr std::string_view meanings = "\"\\\n\t\r";
        const auto letter = letters.find(rest_.front());
        if (letter == std::string_view::npos) return hex_byte();
        rest_.remove_prefix(1);
        return meanings[letter];
    }
    std::optional<char> hex_byte() {
        if (!take('x') || rest_.size() < 2) return std::nullopt;
        const auto high = hex_digit(rest_[0]);
        const auto low = hex_digit(rest_[1]);
        rest_.remove_prefix(2);
        if (!high || !low) return std::nullopt;
        return static_cast<char>(*high * 16 + *low);
    }

    std::string_view rest_;
};

}  // namespace

piece first_piece(std::string_view text) {
    for (const auto& f : well_formed) {
        if (!begins_with(f, text)) continue;
        const auto character = text.substr(0, f.length);
        return {character, code_point_of(character)};
    }
    return {text.substr(0, 1), std::nullopt};
}

bool is_one_safe_line(std::string_view text) {
    while (!text.empty()) {
        const auto first = first_piece(text);
        if (!first.code_point || !safe(*first.code_point)) return false;
        text.remove_prefix(first.bytes.size());
    }
    return true;
}

std::string with_bytes_spelled(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string result;
    while (!text.empty()) {
        const auto first = first_piece(text);
        if (first.code_point) {
            result += first.bytes;
        } else {
            const auto byte = byte_at(text, 0);
            result += {'\\', 'x', digits[byte / 16], digits[byte % 16]};
        }
        text.remove_prefix(first.bytes.size());
    }
    return result;
}

std::optional<std::vector<std::pair<std::string, std::string>>> read_fields(std::string_view text) {
    std::vector<std::pair<std::string, std::string>> fields;
    reader line(text);
    while (!line.at_end()) {
        if (!line.take(' ')) return std::nullopt;
        auto key = line.until_any("=");
        if (!line.take('=')) return std::nullopt;
        auto value = line.value();
        if (!value) return std::nullopt;
        fields.emplace_back(std::move(key), *std::move(value));
    }
    return fields;
}

}  // namespace pulsar::fuzz
