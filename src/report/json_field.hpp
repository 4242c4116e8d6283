#pragma once

#include <boost/json/value.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace pulsar::report {

/// A value in a document that somebody else wrote, and its place there: `series[3].t_s`. Refers to
/// the document. What is missing or not as asked for throws std::runtime_error that names the
/// place.
class json_field {
  public:
    explicit json_field(const boost::json::value& document) : value_(&document) {}

    json_field operator[](std::string_view key) const;

    /// None if it is missing or null.
    std::optional<json_field> find(std::string_view key) const;
    std::vector<json_field> items() const;

    bool is_null() const { return value_->is_null(); }
    std::string text() const;
    double number() const;

    /// A whole number from 0 to `most`.
    std::uint64_t count(std::uint64_t most) const;

    /// A number of such units, from none to 30 years.
    std::chrono::nanoseconds time(std::chrono::nanoseconds unit) const;

    /// For a value that is of the right type and yet makes no sense.
    std::runtime_error expected(std::string_view what) const;

  private:
    json_field(const boost::json::value& value, std::string place)
        : value_(&value), place_(std::move(place)) {}

    const boost::json::value* value_;
    std::string place_;
};

}  // namespace pulsar::report
