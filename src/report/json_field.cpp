#include "json_field.hpp"

#include <boost/json.hpp>
#include <boost/system/error_code.hpp>

#include <cmath>

namespace pulsar::report {

namespace json = boost::json;

json_field json_field::operator[](std::string_view key) const {
    const auto* const object = value_->if_object();
    if (object == nullptr) throw expected("an object");
    const auto place = place_ + (place_.empty() ? "" : ".") + std::string(key);
    const auto* const found = object->if_contains({key.data(), key.size()});
    if (found == nullptr) throw std::runtime_error("lacks \"" + place + '"');
    return {*found, place};
}

std::optional<json_field> json_field::find(std::string_view key) const {
    const auto* const object = value_->if_object();
    if (object != nullptr && !object->contains({key.data(), key.size()})) return std::nullopt;
    const auto found = (*this)[key];
    return found.is_null() ? std::nullopt : std::optional(found);
}

std::vector<json_field> json_field::items() const {
    const auto* const array = value_->if_array();
    if (array == nullptr) throw expected("an array");
    std::vector<json_field> all;
    all.reserve(array->size());
    for (const auto& item : *array)
        all.push_back({item, place_ + '[' + std::to_string(all.size()) + ']'});
    return all;
}

std::string json_field::text() const {
    const auto* const string = value_->if_string();
    if (string == nullptr) throw expected("a string");
    return {string->data(), string->size()};
}

double json_field::number() const {
    boost::system::error_code error;
    const auto number = value_->to_number<double>(error);
    if (error) throw expected("a number");
    return number;
}

std::uint64_t json_field::count(std::uint64_t most) const {
    boost::system::error_code error;
    const auto number = value_->to_number<std::uint64_t>(error);
    if (error) throw expected("a whole number");
    if (number > most) throw expected("at most " + std::to_string(most));
    return number;
}

std::chrono::nanoseconds json_field::time(std::chrono::nanoseconds unit) const {
    constexpr double longest = 1e18;
    // Boost.JSON may miss the last bit of a number; to the nanosecond it is what was written.
    const auto nanoseconds = std::round(number() * static_cast<double>(unit.count()));
    if (nanoseconds < 0 || nanoseconds > longest) throw expected("a time of 0 to 30 years");
    return std::chrono::nanoseconds(static_cast<std::int64_t>(nanoseconds));
}

std::runtime_error json_field::expected(std::string_view what) const {
    const auto subject = place_.empty() ? "" : '"' + place_ + "\": ";
    return std::runtime_error(subject + "expected " + std::string(what));
}

}  // namespace pulsar::report
