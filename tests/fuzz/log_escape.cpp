// An event whose values are any bytes and numbers, as a whole line of each format, read back by
// others than those who wrote it. The input: level and component, a byte of which fields are there,
// 24 bytes of numbers, then three strings, the first two with their length in a byte.

#include "input.hpp"
#include "log/line_format.hpp"
#include "naive_text.hpp"
#include "pulsar/cli/text.hpp"
#include "pulsar/log/render.hpp"
#include "require.hpp"

#include <boost/json.hpp>
#include <spdlog/details/log_msg.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

namespace {

using namespace pulsar;
using fuzz::require;

struct event {
    explicit event(fuzz::input from)
        : severity(static_cast<log::level>(from.byte() % 5)),
          component(static_cast<log::component>(from.byte() % log::component_count)),
          has_announced((from.byte() & 1) != 0),
          announced(from.number<std::uint64_t>()),
          offset(from.number<std::int64_t>()),
          seconds(from.number<double>()) {
        peer = from.bytes(from.byte());
        head = from.bytes(from.byte());
        error = from.rest();
    }

    log::level severity;
    log::component component;
    bool has_announced;
    std::uint64_t announced;
    std::int64_t offset;
    double seconds;
    std::string_view peer;
    std::string_view head;
    std::string_view error;
};

constexpr std::string_view message = "frame too large";

/// As the sink makes it, but for the newline that it must end in.
std::string line_of(const event& e, log::layout around) {
    static const std::array formatters{log::make_formatter(log::layout::text),
                                       log::make_formatter(log::layout::journal),
                                       log::make_formatter(log::layout::json)};
    const auto as = around == log::layout::json ? log::format::json : log::format::text;
    const auto announced = e.has_announced ? std::optional(e.announced) : std::nullopt;
    auto payload = log::render(as, message,
                               {{"peer", e.peer},
                                {"announced", announced},
                                {"offset", e.offset},
                                {"silent_s", e.seconds},
                                {"head", e.head},
                                {"error", e.error}});
    log::append_field(payload, as, {"suppressed", e.announced});
    spdlog::memory_buf_t line;
    formatters[static_cast<std::size_t>(around)]->format(
        {log::name(e.component), log::to_spdlog(e.severity), payload}, line);
    require(line.size() > 0 && line[line.size() - 1] == '\n');
    return {line.data(), line.size() - 1};
}

/// Three decimals of it; 0 for what JSON cannot say. Boost.JSON reads the largest of all as
/// infinite.
bool is_written_as(double number, double written) {
    if (!std::isfinite(number)) return written == 0;
    if (std::isinf(written)) return std::abs(number) > 1e308;
    return std::abs(number - written) <= 0.0005 + std::abs(number) * 1e-12;
}

/// A value stands bare where that leaves no doubt.
bool must_be_quoted(std::string_view value) {
    return value.empty() || value.find_first_of(" =\"\\") != std::string_view::npos ||
           value.find_first_not_of(
               "!#$%&'()*+,-./0123456789:;<>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`"
               "abcdefghijklmnopqrstuvwxyz{|}~") != std::string_view::npos;
}

void check_text(const event& e) {
    const auto line = line_of(e, log::layout::text);
    require(fuzz::is_one_safe_line(line));
    const std::string_view time = "2026-11-22T21:51:07.123456Z ";
    const auto begin = line.find(": ", time.size());
    require(begin != std::string::npos);
    const auto from = std::string_view(line).substr(time.size() + 6, begin - time.size() - 6);
    require(from == log::name(e.component));

    const auto rest = std::string_view(line).substr(begin + 2);
    require(rest.substr(0, message.size()) == message);
    const auto fields = fuzz::read_fields(rest.substr(message.size()));
    require(fields && fields->size() == (e.has_announced ? 7 : 6));
    auto field = fields->begin();
    const auto next = [&](std::string_view key) {
        require(field->first == key);
        return (field++)->second;
    };
    require(next("peer") == e.peer);
    if (e.has_announced) require(next("announced") == std::to_string(e.announced));
    require(next("offset") == std::to_string(e.offset));
    require(is_written_as(e.seconds, std::strtod(next("silent_s").c_str(), nullptr)));
    require(next("head") == e.head);
    require(next("error") == e.error);
    require(next("suppressed") == std::to_string(e.announced));

    const auto value = line.substr(begin + 2 + message.size() + std::string(" peer=").size());
    require(value.starts_with('"') == must_be_quoted(e.peer));

    const auto priority = std::string("<") + "77643"[static_cast<std::size_t>(e.severity)] + '>';
    require(line_of(e, log::layout::journal) == priority + line.substr(time.size() + 6));
}

void check_json(const event& e) {
    const auto line = line_of(e, log::layout::json);
    require(fuzz::is_one_safe_line(line));
    boost::json::error_code error;
    const auto parsed = boost::json::parse(line, error);
    require(!error && parsed.is_object());
    auto member = parsed.get_object().begin();
    const auto next = [&](std::string_view key) {
        require(member != parsed.get_object().end());
        require(std::string_view(member->key().data(), member->key().size()) == key);
        return &(member++)->value();
    };
    const auto is = [](const boost::json::value* value, std::string_view text) {
        const auto* found = value->if_string();
        return found != nullptr && std::string_view(found->data(), found->size()) == text;
    };
    require(next("time")->is_string());
    require(is(next("level"), log::name(e.severity)));
    require(is(next("module"), log::name(e.component)));
    require(is(next("msg"), message));
    require(is(next("peer"), fuzz::with_bytes_spelled(e.peer)));
    if (e.has_announced) require(next("announced")->to_number<std::uint64_t>() == e.announced);
    require(next("offset")->to_number<std::int64_t>() == e.offset);
    require(is_written_as(e.seconds, next("silent_s")->to_number<double>()));
    require(is(next("head"), fuzz::with_bytes_spelled(e.head)));
    require(is(next("error"), fuzz::with_bytes_spelled(e.error)));
    require(next("suppressed")->to_number<std::uint64_t>() == e.announced);
    require(member == parsed.get_object().end());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const event e(fuzz::input(data, size));
    check_text(e);
    check_json(e);
    require(fuzz::is_one_safe_line(cli::in_quotes(e.error)));  // in messages about bad usage
    return 0;
}
