#include "pulsar/app/codecs.hpp"

#include "pulsar/cli/codecs.hpp"
#include "pulsar/log/levels.hpp"
#include "pulsar/net/address.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace pulsar::app {
namespace {

/// A path is kept in UTF-8, as TOML is, so that --print-config can write it.
net::address parse_address(const std::string& where, const std::string& text) {
    auto parsed = net::parse_address(text);
    if (!parsed) throw cli::bad_value(where, text, "expected " + std::string(net::address_syntax));
    if (!cli::is_utf8(text)) throw cli::bad_value(where, text, "expected a path in UTF-8");
    return *std::move(parsed);
}

void assign_listen(config& into, const cli::setting& from) {
    std::vector<net::address> listen;
    for (const auto& text : from.texts) {
        auto next = parse_address(from.where, text);
        if (std::ranges::any_of(listen, [&](const auto& a) { return net::is_same(a, next); })) {
            const auto it = cli::in_quotes(net::to_string(next));
            throw cli::bad_value(from.where, text,
                                 it + " is given twice, expected each address once");
        }
        listen.push_back(std::move(next));
    }
    if (listen.empty()) throw cli::usage_error(from.where + " is empty: expected an address");
    into.server.listen = std::move(listen);
}

template <typename Value>
std::vector<std::string> texts_of(const std::vector<Value>& values) {
    std::vector<std::string> texts;
    texts.reserve(values.size());
    for (const auto& each : values)
        texts.push_back(net::to_string(each));
    return texts;
}

std::string octal_text(mode_t mode) {
    std::string text(4, '0');
    for (auto digit = text.rbegin(); digit != text.rend(); ++digit, mode >>= 3U)
        *digit = static_cast<char>('0' + (mode & 7U));
    return text;
}

}  // namespace

cli::codec whole_seconds(std::chrono::milliseconds& into) {
    return cli::scalar(
        cli::toml_shape::text, "a duration of whole seconds from 0s to 24h, such as 60s", into,
        [](std::string_view text) {
            const auto value = cli::parse_duration(text);
            const bool whole = value && value->count() % 1'000 == 0;
            return whole ? value : std::nullopt;
        },
        cli::duration_text);
}

cli::codec listen_addresses(config& into) {
    return {cli::toml_shape::list, std::string(net::address_syntax),
            [&into](const cli::setting& from) { assign_listen(into, from); },
            [&into] { return texts_of(into.server.listen); }};
}

cli::codec networks(std::vector<net::network>& into) {
    const std::string accepts(net::network_syntax);
    auto assign = [&into, accepts](const cli::setting& from) {
        if (from.texts.empty())
            throw cli::usage_error(from.where + " is empty: expected " + accepts);
        std::vector<net::network> given;
        for (const auto& text : from.texts) {
            const auto next = net::parse_network(text);
            if (!next) throw cli::bad_value(from.where, text, "expected " + accepts);
            given.push_back(*next);
        }
        into = std::move(given);
    };
    return {cli::toml_shape::list, accepts, assign, [&into] { return texts_of(into); }};
}

cli::codec address(std::optional<net::address>& into) {
    auto texts = [&into] {
        return into ? std::vector{net::to_string(*into)} : std::vector<std::string>{};
    };
    return {cli::toml_shape::text, std::string(net::address_syntax),
            [&into](const cli::setting& from) { into = parse_address(from.where, from.single()); },
            texts};
}

cli::codec unix_mode(std::optional<mode_t>& into) {
    return cli::scalar(
        cli::toml_shape::text, "three or four octal digits, such as 0660", into,
        [](const std::string& text) -> std::optional<mode_t> {
            const bool octal = text.find_first_not_of("01234567") == std::string::npos;
            if (!octal || text.size() < 3 || text.size() > 4) return std::nullopt;
            return static_cast<mode_t>(std::stoul(text, nullptr, 8));
        },
        octal_text);
}

cli::codec log_levels(log::levels& into) {
    auto made = cli::scalar(
        cli::toml_shape::text,
        "trace, debug, info, warn, error or off, or a default and modules (server, connection, "
        "listener, registry, log) such as info,connection=debug",
        into, log::parse_levels, [](const log::levels& value) { return log::to_string(value); });
    for (std::size_t i = 0; i <= static_cast<std::size_t>(log::level::off); ++i)
        made.words.append(i == 0 ? "" : " ").append(log::name(static_cast<log::level>(i)));
    return made;
}

cli::codec log_format(log::format& into) {
    return cli::one_of(
        std::array{log::format::text, log::format::json}, into,
        [](log::format value) { return value == log::format::json ? "json" : "text"; });
}

cli::codec log_file(std::string& into) {
    const std::string accepts = "the path of a file, in UTF-8, or - for standard output";
    auto assign = [&into, accepts](const cli::setting& from) {
        const auto& path = from.single();
        const bool has_nul = path.find('\0') != std::string::npos;
        if (path.empty() || has_nul || !cli::is_utf8(path)) {
            throw cli::bad_value(from.where, path, "expected " + accepts);
        }
        into = path == "-" ? "" : path;
    };
    auto texts = [&into] {
        return into.empty() ? std::vector<std::string>{} : std::vector<std::string>{into};
    };
    return {cli::toml_shape::text, accepts, assign, texts};
}

}  // namespace pulsar::app
