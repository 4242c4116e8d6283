#include "support/json.hpp"

#include <boost/json/parse.hpp>

#include <cstdio>
#include <ctime>
#include <stdexcept>

namespace pulsar::test {

event parse_line(std::string_view line) {
    boost::json::error_code error;
    boost::json::value parsed = boost::json::parse({line.data(), line.size()}, error);
    if (error || !parsed.is_object()) {
        throw std::runtime_error("not a JSON object: " + std::string(line));
    }
    return std::move(parsed.get_object());
}

std::vector<event> parse_lines(std::string_view text) {
    std::vector<event> events;
    while (!text.empty()) {
        const auto end = text.find('\n');
        if (end == text.npos) throw std::runtime_error("cut line: " + std::string(text));
        events.push_back(parse_line(text.substr(0, end)));
        text.remove_prefix(end + 1);
    }
    return events;
}

namespace {

[[noreturn]] void lacks(const event& from, std::string_view key, const char* type) {
    throw std::runtime_error("no " + std::string(type) + " \"" + std::string(key) +
                             "\" in: " + boost::json::serialize(from));
}

}  // namespace

std::int64_t number(const event& from, std::string_view key) {
    const auto* field = from.if_contains({key.data(), key.size()});
    const auto* value = field ? field->if_int64() : nullptr;
    if (!value) lacks(from, key, "integer");
    return *value;
}

std::chrono::duration<double> seconds(const event& from, std::string_view key) {
    const auto* field = from.if_contains({key.data(), key.size()});
    if (!field || !field->is_number()) lacks(from, key, "number");
    return std::chrono::duration<double>(field->to_number<double>());
}

std::string text(const event& from, std::string_view key) {
    const auto* field = from.if_contains({key.data(), key.size()});
    const auto* value = field ? field->if_string() : nullptr;
    if (!value) lacks(from, key, "string");
    return {value->data(), value->size()};
}

std::chrono::sys_time<std::chrono::microseconds> time_of(const event& logged) {
    const auto time = text(logged, "time");  // 2026-11-22T21:51:07.123456Z
    std::tm parts{};
    long fraction = 0;
    const auto* rest = ::strptime(time.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
    if (rest == nullptr || std::sscanf(rest, ".%6ldZ", &fraction) != 1) {
        throw std::runtime_error("not a time: " + time);
    }
    return std::chrono::sys_seconds(std::chrono::seconds(::timegm(&parts))) +
           std::chrono::microseconds(fraction);
}

double seconds_between(const event& first, const event& second) {
    return std::chrono::duration<double>(time_of(second) - time_of(first)).count();
}

}  // namespace pulsar::test
