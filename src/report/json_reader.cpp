#include "json_reader.hpp"

#include <boost/json.hpp>
#include <boost/system/error_code.hpp>

#include <cmath>
#include <fmt/format.h>
#include <utility>

namespace pulsar::report {

using namespace std::chrono_literals;

json_reader::json_reader(const boost::json::value& value, std::string place)
    : object_(value.if_object()), place_(std::move(place)) {
    if (object_ != nullptr) return;
    const auto subject = place_.empty() ? "" : fmt::format("\"{}\": ", place_);
    throw std::runtime_error(subject + "expected an object");
}

void json_reader::text(std::string_view key, std::string& to) const {
    const auto* const string = member(key).if_string();
    if (string == nullptr) throw expected(key, "a string");
    to.assign(string->data(), string->size());
}

void json_reader::texts(std::string_view key, std::vector<std::string>& to) const {
    to.clear();
    if (member(key).is_null()) return;
    const auto* const array = member(key).if_array();
    if (array == nullptr) throw expected(key, "an array of strings");
    for (const auto& item : *array) {
        const auto* const string = item.if_string();
        if (string == nullptr) throw expected(key, "an array of strings");
        to.emplace_back(string->data(), string->size());
    }
}

void json_reader::sizes(std::string_view key, bench::size_range& to) const {
    std::string written;
    text(key, written);
    const auto sizes = bench::parse_size_range(written);
    if (!sizes) throw expected(key, "a size or a range, as 64B or 64B-1KiB");
    to = *sizes;
}

void json_reader::flag(std::string_view key, bool& to) const {
    const auto* const truth = member(key).if_bool();
    if (truth == nullptr) throw expected(key, "true or false");
    to = *truth;
}

void json_reader::count(std::string_view key, std::optional<std::uint64_t>& to) const {
    to.reset();
    if (!member(key).is_null()) count(key, to.emplace());
}

void json_reader::number(std::string_view key, double& to, int /*most_decimals*/) const {
    to = real_number(key);
}

void json_reader::seconds(std::string_view key, double& to) const {
    to = std::chrono::duration<double>(time(key, 1s)).count();
}

void json_reader::microseconds(std::string_view key, double& to) const {
    to = std::chrono::duration<double, std::micro>(time(key, 1us)).count();
}

void json_reader::microseconds(std::string_view key, std::chrono::nanoseconds& to) const {
    to = time(key, 1us);
}

void json_reader::microseconds(std::string_view key,
                               std::optional<std::chrono::nanoseconds>& to) const {
    to.reset();
    if (!member(key).is_null()) to = time(key, 1us);
}

bool json_reader::has(std::string_view key) const {
    return object_->contains({key.data(), key.size()});
}

const boost::json::value& json_reader::member(std::string_view key) const {
    const auto* const found = object_->if_contains({key.data(), key.size()});
    if (found == nullptr) throw std::runtime_error(fmt::format("lacks \"{}\"", place_of(key)));
    return *found;
}

std::uint64_t json_reader::whole_number(std::string_view key, std::uint64_t most) const {
    boost::system::error_code error;
    const auto number = member(key).to_number<std::uint64_t>(error);
    if (error) throw expected(key, "a whole number");
    if (number > most) throw expected(key, fmt::format("at most {}", most));
    return number;
}

double json_reader::real_number(std::string_view key) const {
    boost::system::error_code error;
    const auto number = member(key).to_number<double>(error);
    if (error) throw expected(key, "a number");
    return number;
}

std::chrono::nanoseconds json_reader::time(std::string_view key,
                                           std::chrono::nanoseconds unit) const {
    constexpr double longest = 1e18;
    // Boost.JSON may miss the last bit of a number; to the nanosecond it is what was written.
    const auto nanoseconds = std::round(real_number(key) * static_cast<double>(unit.count()));
    if (nanoseconds < 0 || nanoseconds > longest) throw expected(key, "a time of 0 to 30 years");
    return std::chrono::nanoseconds(static_cast<std::int64_t>(nanoseconds));
}

std::string json_reader::place_of(std::string_view key) const {
    return fmt::format("{}{}{}", place_, place_.empty() ? "" : ".", key);
}

std::runtime_error json_reader::expected(std::string_view key, std::string_view what) const {
    return std::runtime_error(fmt::format("\"{}\": expected {}", place_of(key), what));
}

}  // namespace pulsar::report
