#pragma once

#include "pulsar/bench/result.hpp"
#include "pulsar/cli/text.hpp"

#include <boost/json/value.hpp>

#include <array>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace pulsar::report {

/// An object in a document that somebody else wrote, a member of which is read by each call. Refers
/// to the document. What is missing or makes no sense throws std::runtime_error that names its
/// place: `series[3].t_s`.
class json_reader {
  public:
    explicit json_reader(const boost::json::value& document) : json_reader(document, "") {}

    void text(std::string_view key, std::string& to) const;
    void texts(std::string_view key, std::vector<std::string>& to) const;
    template <class Word, std::size_t Count>
    void word(std::string_view key, Word& to, const std::array<Word, Count>& all) const {
        std::string read;
        text(key, read);
        std::vector<std::string> names;
        for (const auto& each : all) {
            names.emplace_back(to_string(each));
            if (names.back() == read) return void(to = each);
        }
        throw expected(key, cli::alternatives(names));
    }
    template <class Word>
    void word(std::string_view key, std::optional<Word>& to, const auto& all) const {
        to.reset();
        if (!member(key).is_null()) word(key, to.emplace(), all);
    }
    void sizes(std::string_view key, bench::size_range& to) const;
    void flag(std::string_view key, bool& to) const;
    template <std::unsigned_integral Number>
    void count(std::string_view key, Number& to) const {
        to = static_cast<Number>(whole_number(key, std::numeric_limits<Number>::max()));
    }
    void count(std::string_view key, std::optional<std::uint64_t>& to) const;
    void number(std::string_view key, double& to, int most_decimals) const;
    void seconds(std::string_view key, double& to) const;
    void microseconds(std::string_view key, double& to) const;
    void microseconds(std::string_view key, std::chrono::nanoseconds& to) const;
    void microseconds(std::string_view key, std::optional<std::chrono::nanoseconds>& to) const;

    void object(std::string_view key, const auto& describe) const {
        const json_reader inner(member(key), place_of(key));
        describe(inner);
    }

    /// None where an earlier version did not write it, too.
    template <class Value>
    void object_or_null(std::string_view key, std::optional<Value>& to,
                        const auto& describe) const {
        to.reset();
        if (!has(key) || member(key).is_null()) return;
        object(key, [&](const json_reader& inner) { describe(inner, to.emplace()); });
    }
    template <class Value>
    void objects(std::string_view key, std::vector<Value>& to, const auto& describe) const {
        const auto* const array = member(key).if_array();
        if (array == nullptr) throw expected(key, "an array");
        to.clear();
        for (const auto& item : *array) {
            const json_reader inner(item, place_of(key) + '[' + std::to_string(to.size()) + ']');
            describe(inner, to.emplace_back());
        }
    }

    /// What is null unless there is `any` is then not looked at.
    void unless_null(bool any, std::string_view key, const auto& describe) const {
        if (any) describe(key);
    }

    /// What an earlier version did not write.
    void added_later(std::string_view key, const auto& describe) const {
        if (has(key)) describe(key);
    }

  private:
    json_reader(const boost::json::value& value, std::string place);

    bool has(std::string_view key) const;
    const boost::json::value& member(std::string_view key) const;
    std::uint64_t whole_number(std::string_view key, std::uint64_t most) const;
    double real_number(std::string_view key) const;

    /// A number of such units, from none to 30 years.
    std::chrono::nanoseconds time(std::string_view key, std::chrono::nanoseconds unit) const;
    std::string place_of(std::string_view key) const;
    std::runtime_error expected(std::string_view key, std::string_view what) const;

    const boost::json::object* object_;
    std::string place_;
};

}  // namespace pulsar::report
