#include "html_text.hpp"

#include "pulsar/cli/text.hpp"
#include "pulsar/report/format.hpp"

#include <algorithm>
#include <cmath>

namespace pulsar::report {

std::string html_text(std::string_view bytes) {
    std::string out;
    for (const char c : cli::escaped(bytes)) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\'':
                out += "&#39;";
                break;
            default:
                out += c;
        }
    }
    return out;
}

std::string address_text(std::string_view bytes) {
    std::string out;
    while (!bytes.empty()) {
        const auto end = std::min(bytes.find(','), bytes.size() - 1) + 1;
        out += "<span>" + html_text(bytes.substr(0, end)) + "</span>";
        bytes.remove_prefix(end);
    }
    return out;
}

std::string amount_text(double amount, int decimals) {
    const bool shown = amount >= 0 && amount <= 9e18;
    return shown ? grouped(amount, decimals) : "n/a";
}

std::string rounded_text(double amount) {
    if (amount == 0) return "0";
    return amount_text(amount, amount >= 100 ? 0 : amount >= 10 ? 1 : amount >= 1 ? 2 : 3);
}

std::string time_text(double seconds, double run) {
    constexpr double longest_plain = 600;
    return run < longest_plain ? amount_text(std::floor(seconds), 0) + " s" : clock_text(seconds);
}

std::string clock_text(double seconds) {
    const auto whole = static_cast<std::uint64_t>(std::clamp(seconds, 0.0, 1e9));
    const auto two_digits = [](std::uint64_t number) {
        return (number < 10 ? ":0" : ":") + std::to_string(number);
    };
    return std::to_string(whole / 3600) + two_digits(whole / 60 % 60) + two_digits(whole % 60);
}

}  // namespace pulsar::report
