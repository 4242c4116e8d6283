#pragma once

#include "pulsar/bench/result.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pulsar::report {

/// An object in JSON, to which a member is added by each call.
class json_writer {
  public:
    /// `{"frames":4}`
    std::string text() const { return (members_.empty() ? "{" : members_) + '}'; }

    /// Bytes that are not UTF-8, which JSON cannot hold, are escaped as in the log.
    void text(std::string_view key, std::string_view value);
    /// Null if there is none.
    void texts(std::string_view key, const std::vector<std::string>& values);
    void word(std::string_view key, auto value, const auto& /*all*/) {
        text(key, to_string(value));
    }
    template <class Word>
    void word(std::string_view key, const std::optional<Word>& value, const auto& all) {
        value ? word(key, *value, all) : add(key, "null");
    }
    void sizes(std::string_view key, const bench::size_range& value) {
        text(key, to_string(value));
    }
    void flag(std::string_view key, bool value) { add(key, value ? "true" : "false"); }
    void count(std::string_view key, std::uint64_t value) { add(key, std::to_string(value)); }
    void count(std::string_view key, const std::optional<std::uint64_t>& value);
    void number(std::string_view key, double value, int most_decimals);
    void seconds(std::string_view key, double value) { number(key, value, 9); }
    void microseconds(std::string_view key, double value) { number(key, value, 3); }
    void microseconds(std::string_view key, std::chrono::nanoseconds value);
    void microseconds(std::string_view key, const std::optional<std::chrono::nanoseconds>& value);

    void object(std::string_view key, const auto& describe) {
        json_writer inner;
        describe(inner);
        add(key, inner.text());
    }
    void object_or_null(std::string_view key, const auto& value, const auto& describe) {
        if (!value) return add(key, "null");
        object(key, [&](json_writer& inner) { describe(inner, *value); });
    }
    void objects(std::string_view key, const auto& values, const auto& describe) {
        std::string all = "[";
        for (const auto& value : values) {
            json_writer inner;
            describe(inner, value);
            all.append(all.size() > 1 ? "," : "").append(inner.text());
        }
        add(key, all + ']');
    }

    void unless_null(bool any, std::string_view key, const auto& describe) {
        any ? describe(key) : add(key, "null");
    }
    void added_later(std::string_view key, const auto& describe) { describe(key); }

  private:
    void add(std::string_view key, std::string_view value);

    std::string members_;
};

}  // namespace pulsar::report
