#include "pulsar/log/render.hpp"

#include "pulsar/log/escape.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <type_traits>
#include <variant>

namespace pulsar::log {
namespace {

void append_number(std::string& out, std::integral auto number) {
    std::array<char, std::numeric_limits<decltype(number)>::digits10 + 2> digits;
    const auto end = std::to_chars(digits.begin(), digits.end(), number).ptr;
    out.append(digits.begin(), end);
}

void append_number(std::string& out, double number) {
    std::array<char, std::numeric_limits<double>::max_exponent10 + 8> digits;
    const auto end = std::to_chars(digits.begin(), digits.end(), std::isfinite(number) ? number : 0,
                                   std::chars_format::fixed, 3)
                         .ptr;
    out.append(digits.begin(), end);
}

}  // namespace

std::string render(format as, std::string_view msg, std::initializer_list<field> fields) {
    std::string out;
    out.reserve(256);
    if (as == format::json) {
        append_json(out, msg);
    } else {
        append_text(out, msg);
    }
    for (const auto& item : fields)
        append_field(out, as, item);
    return out;
}

void append_field(std::string& out, format as, const field& item) {
    if (std::holds_alternative<std::monostate>(item.value)) return;
    if (as == format::json) {
        out += ',';
        append_json(out, item.key);
        out += ':';
    } else {
        out += ' ';
        out += item.key;
        out += '=';
    }
    std::visit(
        [&](auto held) {
            if constexpr (std::is_same_v<decltype(held), std::monostate>) {
                return;
            } else if constexpr (std::is_same_v<decltype(held), bool>) {
                out += held ? "true" : "false";
            } else if constexpr (!std::is_same_v<decltype(held), std::string_view>) {
                append_number(out, held);
            } else if (as == format::json) {
                append_json(out, held);
            } else {
                append_text_value(out, held);
            }
        },
        item.value);
}

}  // namespace pulsar::log
