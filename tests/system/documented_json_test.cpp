// The page on load testing names each key of the JSON, and each kind of error.

#include "support/bench.hpp"
#include "support/daemon.hpp"
#include "support/markdown.hpp"
#include "support/pages.hpp"
#include "support/pattern.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

namespace pulsar::test::documented_json_test {
namespace {

using strings = std::vector<std::string>;
using names = std::set<std::string>;

/// What stands in backticks.
strings code_in(const std::string& cell) {
    strings found;
    for (const auto& match : pattern("`([^`]+)`").all_in(cell))
        found.push_back(match.at(1));
    return found;
}

/// `key`, or `key.member` of an object and of an array's objects.
names keys_of(const event& result) {
    names keys;
    for (const auto& [key, value] : result) {
        const auto* inner = value.if_object();
        if (value.is_array()) inner = &value.as_array().at(0).as_object();
        if (inner == nullptr) {
            keys.insert(key);
            continue;
        }
        for (const auto& member : *inner)
            keys.insert(std::string(key) + '.' + std::string(member.key()));
    }
    return keys;
}

names documented_keys(const std::string& page) {
    names keys;
    const pattern object("^`\\w+`(:|, of items with) ");
    for (const auto& row : rows_of_table(page, "keys")) {
        auto words = code_in(row.at(0));
        const bool nested = object.is_in(row.at(0));
        const auto prefix = nested ? words.front() + '.' : "";
        if (nested) words.erase(words.begin());
        for (const auto& word : words)
            keys.insert(prefix + word);
    }
    return keys;
}

TEST(DocumentedJson, NamesTheKeysAndTheErrors) {
    daemon pulsar;
    const auto result =
        expect_all_echoed({pulsar.address(), "-c", "1", "-n", "10", "-r", "1000", "--reconnect"});
    pulsar.expect_orderly_exit();
    const auto page = repository_file("src/bench/README.md");
    EXPECT_EQ(documented_keys(page), keys_of(result.object()));

    names errors;
    for (const auto& [kind, count] : result.object().at("errors").as_object())
        errors.insert(kind);
    names documented{"total"};
    for (const auto& row : rows_of_table(page, "error"))
        documented.insert(code_in(row.at(0)).at(0));
    EXPECT_EQ(documented, errors);
}

}  // namespace
}  // namespace pulsar::test::documented_json_test
