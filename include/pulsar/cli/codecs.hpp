#pragma once

#include "pulsar/cli/option.hpp"
#include "pulsar/cli/text.hpp"
#include "pulsar/cli/usage_error.hpp"
#include "pulsar/cli/values.hpp"
#include "pulsar/system/whole_number.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

/// The codecs that both programs use. Each is for the variable `into`, which has to outlive it, and
/// which may be an optional one.
namespace pulsar::cli {

/// `parse` takes a text and gives an optional, `show` takes the value and gives a text.
template <class Value, class Parse, class Show>
codec scalar(toml_shape shape, std::string accepts, Value& into, Parse parse, Show show) {
    auto assign = [accepts, &into, parse](const setting& from) {
        const auto value = parse(from.single());
        if (!value) throw bad_value(from.where, from.single(), "expected " + accepts);
        if constexpr (std::is_integral_v<Value>) {
            into = static_cast<Value>(*value);
        } else {
            into = *value;
        }
    };
    auto texts = [&into, show]() -> std::vector<std::string> {
        if constexpr (requires { into.has_value(); }) {
            if (!into) return {};
            return {show(*into)};
        } else {
            return {show(into)};
        }
    };
    return {shape, accepts, assign, texts};
}

/// That of to_string().
inline constexpr auto own_name = [](const auto& value) { return to_string(value); };

/// One of `values`, by the names that `show` gives them.
template <class Value, std::size_t Count, class Into, class Show = decltype(own_name)>
codec one_of(const std::array<Value, Count>& values, Into& into, Show show = own_name) {
    std::vector<std::string> names;
    names.reserve(Count);
    for (const auto& each : values)
        names.emplace_back(show(each));
    auto made = scalar(
        toml_shape::text, alternatives(names), into,
        [=](std::string_view text) {
            const auto found = std::ranges::find(values, text, show);
            return found == values.end() ? std::nullopt : std::optional(*found);
        },
        [=](Value value) { return std::string(show(value)); });
    for (const auto& each : names)
        made.words.append(made.words.empty() ? "" : " ").append(each);
    return made;
}

template <class Value>
codec number(std::uint64_t least, std::uint64_t most, Value& into) {
    return scalar(
        toml_shape::number,
        "a whole number from " + std::to_string(least) + " to " + std::to_string(most), into,
        [=](std::string_view text) {
            const auto value = system::whole_number<std::uint64_t>(text);
            return value >= least && value <= most ? value : std::nullopt;
        },
        [](auto value) { return std::to_string(value); });
}

template <class Value>
codec size(std::uint64_t least, std::uint64_t most, Value& into) {
    return scalar(
        toml_shape::size,
        "a size from " + size_text(least) + " to " + size_text(most) + ", such as 512 or 64KiB",
        into,
        [=](std::string_view text) {
            const auto value = parse_size(text);
            return value >= least && value <= most ? value : std::nullopt;
        },
        [](auto value) { return size_text(value); });
}

/// From `least` to 24 hours.
inline codec duration(std::chrono::milliseconds least, std::chrono::milliseconds& into) {
    return scalar(
        toml_shape::text,
        "a duration from " + duration_text(least) + " to " + duration_text(longest_duration) +
            " in ms, s, m or h, such as 10s",
        into,
        [=](std::string_view text) {
            const auto value = parse_duration(text);
            return value >= least ? value : std::nullopt;
        },
        duration_text);
}

}  // namespace pulsar::cli
