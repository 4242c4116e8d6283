#include "pulsar/app/codecs.hpp"

#include "pulsar/log/levels.hpp"
#include "pulsar/net/address.hpp"

#include <algorithm>
#include <utility>

namespace pulsar::app {
namespace {

/// A path is kept in UTF-8, as TOML is, so that --print-config can write it.
net::address listen_address(const std::string& where, const std::string& text) {
    auto parsed = net::parse_address(text);
    if (!parsed) throw cli::bad_value(where, text, "expected " + std::string(net::address_syntax));
    if (!cli::is_utf8(text)) throw cli::bad_value(where, text, "expected a path in UTF-8");
    return *std::move(parsed);
}

/// Port 0 stands for a different port each time.
bool would_collide(const net::address& one, const net::address& other) {
    const bool fixed = one.is == net::address::kind::unix_path || one.port != 0;
    return fixed && one == other;
}

void assign_listen(config& into, const setting& from) {
    std::vector<net::address> listen;
    for (const auto& text : from.texts) {
        auto next = listen_address(from.where, text);
        if (std::ranges::any_of(listen, [&](const auto& a) { return would_collide(a, next); })) {
            throw cli::bad_value(from.where, text, "given twice, expected each address once");
        }
        listen.push_back(std::move(next));
    }
    if (listen.empty()) throw cli::usage_error(from.where + " is empty: expected an address");
    into.server.listen = std::move(listen);
}

}  // namespace

codec listen_addresses() {
    auto texts = [](const config& from) {
        std::vector<std::string> shown;
        shown.reserve(from.server.listen.size());
        for (const auto& address : from.server.listen)
            shown.push_back(net::to_string(address));
        return shown;
    };
    return {toml_shape::list, std::string(net::address_syntax), assign_listen, texts};
}

codec log_levels() {
    return scalar(
        toml_shape::text,
        "trace, debug, info, warn, error or off, or a default and modules (server, connection, "
        "listener, registry, log) such as info,connection=debug",
        [](auto& c) -> auto& { return c.log.levels; }, log::parse_levels,
        [](const log::levels& value) { return log::to_string(value); });
}

codec log_format() {
    return scalar(
        toml_shape::text, "text or json", [](auto& c) -> auto& { return c.log.format; },
        [](std::string_view text) -> std::optional<log::format> {
            if (text == "text") return log::format::text;
            if (text == "json") return log::format::json;
            return std::nullopt;
        },
        [](log::format value) { return value == log::format::json ? "json" : "text"; });
}

codec log_file() {
    auto assign = [](config& into, const setting& from) {
        const auto& path = from.texts.front();
        const bool has_nul = path.find('\0') != std::string::npos;
        if (path.empty() || has_nul || !cli::is_utf8(path)) {
            throw cli::bad_value(from.where, path, "expected the path of a file, in UTF-8");
        }
        into.log.file = path;
    };
    auto texts = [](const config& from) {
        const auto& path = from.log.file;
        return path.empty() ? std::vector<std::string>{} : std::vector<std::string>{path};
    };
    return {toml_shape::text, "the path of a file, in UTF-8", assign, texts};
}

}  // namespace pulsar::app
