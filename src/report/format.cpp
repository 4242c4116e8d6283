#include "pulsar/report/format.hpp"

#include <array>
#include <charconv>

namespace pulsar::report {

std::string grouped(std::uint64_t number) {
    auto text = std::to_string(number);
    for (std::size_t at = text.size(); at > 3;)
        text.insert(at -= 3, 1, ',');
    return text;
}

std::string grouped(double number, int decimals) {
    std::array<char, 400> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number,
                                   std::chars_format::fixed, decimals);
    const std::string text(digits.data(), end.ptr);
    const auto point = text.find('.');
    const auto whole = grouped(std::stoull(text.substr(0, point)));
    return point == std::string::npos ? whole : whole + text.substr(point);
}

std::string counted(std::uint64_t count, std::string_view noun) {
    auto text = grouped(count).append(" ").append(noun);
    return count == 1 ? text : text + 's';
}

std::string milliseconds_text(std::chrono::nanoseconds latency) {
    return grouped(std::chrono::duration<double, std::milli>(latency).count(), 3);
}

}  // namespace pulsar::report
