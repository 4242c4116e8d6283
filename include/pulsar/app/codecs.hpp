#pragma once

#include "pulsar/app/option.hpp"
#include "pulsar/cli/usage_error.hpp"
#include "pulsar/cli/values.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

/// The codecs of the option table. A `field` takes a config, const or not, and gives a reference to
/// one of its fields.
namespace pulsar::app {

/// `parse` takes a text and gives an optional, `show` takes the field and gives a text.
template <class Field, class Parse, class Show>
codec scalar(toml_shape shape, std::string accepts, Field field, Parse parse, Show show) {
    auto assign = [=](config& into, const setting& from) {
        const std::string& text = from.texts.front();
        const auto value = parse(text);
        if (!value) throw cli::bad_value(from.where, text, "expected " + accepts);
        auto& target = field(into);
        target = static_cast<std::remove_reference_t<decltype(target)>>(*value);
    };
    auto texts = [=](const config& from) { return std::vector<std::string>{show(field(from))}; };
    return {shape, accepts, assign, texts};
}

template <class Field>
codec number(std::uint64_t least, std::uint64_t most, Field field) {
    return scalar(
        toml_shape::number,
        "a whole number from " + std::to_string(least) + " to " + std::to_string(most), field,
        [=](std::string_view text) {
            const auto value = cli::parse_number(text);
            return value >= least && value <= most ? value : std::nullopt;
        },
        [](auto value) { return std::to_string(value); });
}

template <class Field>
codec size(std::uint64_t least, std::uint64_t most, Field field) {
    return scalar(
        toml_shape::size,
        "a size from " + cli::size_text(least) + " to " + cli::size_text(most) +
            ", such as 512 or 64KiB",
        field,
        [=](std::string_view text) {
            const auto value = cli::parse_size(text);
            return value >= least && value <= most ? value : std::nullopt;
        },
        [](auto value) { return cli::size_text(value); });
}

template <class Field>
codec duration(Field field) {
    return scalar(toml_shape::text, "a duration from 0s to 24h in ms, s, m or h, such as 10s",
                  field, cli::parse_duration, cli::duration_text);
}

template <class Field>
codec whole_seconds(Field field) {
    return scalar(
        toml_shape::text, "a duration of whole seconds from 0s to 24h, such as 60s", field,
        [](std::string_view text) {
            const auto value = cli::parse_duration(text);
            const bool whole = value && value->count() % 1'000 == 0;
            return whole ? value : std::nullopt;
        },
        cli::duration_text);
}

codec listen_addresses();
codec log_levels();
codec log_format();
codec log_file();

}  // namespace pulsar::app
