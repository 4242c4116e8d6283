#include "json_writer.hpp"

#include "pulsar/cli/text.hpp"
#include "pulsar/report/format.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>

#include <fmt/format.h>

namespace pulsar::report {
namespace {

std::string quoted(std::string_view bytes) {
    const auto text = cli::is_utf8(bytes) ? std::string(bytes) : cli::escaped(bytes);
    return boost::json::serialize(boost::json::string(text.data(), text.size()));
}

}  // namespace

void json_writer::text(std::string_view key, std::string_view value) {
    add(key, quoted(value));
}

void json_writer::texts(std::string_view key, const std::vector<std::string>& values) {
    if (values.empty()) return add(key, "null");
    std::string all = "[";
    for (const auto& value : values)
        all.append(all.size() > 1 ? "," : "").append(quoted(value));
    add(key, all + ']');
}

void json_writer::count(std::string_view key, const std::optional<std::uint64_t>& value) {
    value ? count(key, *value) : add(key, "null");
}

void json_writer::number(std::string_view key, double value, int most_decimals) {
    // Not Boost.JSON's, which has an exponent in all of them: 4.123456E5.
    add(key, trimmed(fmt::format("{:.{}f}", value, most_decimals)));
}

void json_writer::microseconds(std::string_view key, std::chrono::nanoseconds value) {
    microseconds(key, std::chrono::duration<double, std::micro>(value).count());
}

void json_writer::microseconds(std::string_view key,
                               const std::optional<std::chrono::nanoseconds>& value) {
    value ? microseconds(key, *value) : add(key, "null");
}

void json_writer::add(std::string_view key, std::string_view value) {
    members_.append(members_.empty() ? "{" : ",").append(quoted(key)).append(":").append(value);
}

}  // namespace pulsar::report
