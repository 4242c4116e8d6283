#include "pulsar/report/condition.hpp"

#include "metrics.hpp"
#include "pulsar/report/format.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace pulsar::report {
namespace {

/// Digits, with a fraction or without, and a unit of 10^power. Exact where a double is: 0.1ms is
/// 100,000 ns.
measure parse_decimal(std::string_view text, std::string_view unit, int power) {
    if (!text.ends_with(unit)) return std::nullopt;
    const auto number = text.substr(0, text.size() - unit.size());
    const auto is_digits = [](std::string_view part) {
        return !part.empty() && part.find_first_not_of("0123456789") == part.npos;
    };
    const auto point = number.find('.');
    if (!is_digits(number.substr(0, point))) return std::nullopt;
    if (point != number.npos && !is_digits(number.substr(point + 1))) return std::nullopt;

    const auto scaled = fmt::format("{}e{}", number, power);
    double value = 0;
    const auto read = std::from_chars(scaled.data(), scaled.data() + scaled.size(), value);
    return read.ec == std::errc{} ? measure(value) : std::nullopt;
}

/// In nanoseconds.
measure parse_time(std::string_view text) {
    if (const auto time = parse_decimal(text, "us", 3)) return time;
    if (const auto time = parse_decimal(text, "ms", 6)) return time;
    return parse_decimal(text, "s", 9);
}

std::string shown(const metric& of, double value, int decimals = 3) {
    return trimmed(grouped(value / of.unit(), decimals)) + (of.is_time ? " ms" : "");
}

/// That which the text begins with.
const metric& metric_in(std::string_view text) {
    const auto name = text.substr(0, text.find_first_of("<>"));
    const auto* const found = std::ranges::find(metrics, name, &metric::name);
    if (found != metrics.end()) return *found;
    std::string names;
    for (const auto& each : metrics)
        names.append(names.empty() ? "" : ", ").append(each.name);
    throw std::runtime_error("expected one of " + names +
                             ", then an operator and a value without blanks");
}

}  // namespace

struct condition::relation {
    std::string_view sign;
    bool (*is_met)(double measured, double limit);
};

const condition::relation& condition::relation_in(std::string_view text) {
    // A sign comes before those that it begins with.
    static constexpr std::array<relation, 4> all{
        {{">=", [](double measured, double limit) { return measured >= limit; }},
         {"<=", [](double measured, double limit) { return measured <= limit; }},
         {">", [](double measured, double limit) { return measured > limit; }},
         {"<", [](double measured, double limit) { return measured < limit; }}}};
    for (const auto& each : all) {
        if (text.starts_with(each.sign)) return each;
    }
    throw std::runtime_error("expected >, <, >= or <= after the metric");
}

condition::condition(std::string_view text, kind of)
    : text_(text),
      metric_(&metric_in(text)),
      relation_(&relation_in(text.substr(metric_->name.size()))) {
    const auto value = text.substr(metric_->name.size() + relation_->sign.size());
    const auto limit = of == kind::ratio  ? parse_decimal(value, "x", 0)
                       : metric_->is_time ? parse_time(value)
                                          : parse_decimal(value, "", 0);
    if (!limit) {
        const auto [what, example] = of == kind::ratio ? std::pair("a ratio of B to A", "1.2x")
                                     : metric_->is_time
                                         ? std::pair("a time in us, ms or s", "1.5ms")
                                         : std::pair("a number", "1000 or 0.5");
        throw std::runtime_error(fmt::format("expected {} after {}{}, such as {}", what,
                                             metric_->name, relation_->sign, example));
    }
    limit_ = *limit;
}

int condition::decimals_of(double measured, double unit) const {
    const auto shown = std::round(measured / unit * 1e3) / 1e3 * unit;
    return relation_->is_met(shown, limit_) ? 3 : 6;
}

std::optional<std::string> condition::finding(const bench::result& run) const {
    const auto measured = metric_->of(run);
    if (!measured) return fmt::format("{}: the run has no {}", text_, metric_->name);
    if (!relation_->is_met(*measured, limit_)) return std::nullopt;
    return fmt::format("{}: {} is {}", text_, metric_->name,
                       shown(*metric_, *measured, decimals_of(*measured, metric_->unit())));
}

std::optional<std::string> condition::finding(const bench::result& a,
                                              const bench::result& b) const {
    const auto of_a = metric_->of(a);
    const auto of_b = metric_->of(b);
    if (!of_a || !of_b) {
        return fmt::format("{}: {} has no {}", text_, of_a ? "B" : "A", metric_->name);
    }
    if (*of_a == 0 && *of_b == 0) return std::nullopt;
    const auto ratio = *of_a > 0 ? *of_b / *of_a : std::numeric_limits<double>::infinity();
    if (!relation_->is_met(ratio, limit_)) return std::nullopt;
    return fmt::format(
        "{}: {} is {} in A and {} in B{}", text_, metric_->name, shown(*metric_, *of_a),
        shown(*metric_, *of_b),
        *of_a > 0 ? ", " + trimmed(grouped(ratio, decimals_of(ratio, 1))) + 'x' : "");
}

}  // namespace pulsar::report
