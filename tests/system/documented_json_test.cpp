// The page on load testing names each key of the JSON, each kind of error, and each metric of a
// condition, and so does the manual page.

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

/// What a section of the manual page has items of.
names items_of_manual(const std::string& section) {
    const auto page = repository_file("src/bench/pulsar-bench.1");
    const auto begin = page.find(".Sh " + section + '\n') + 1;
    names items;
    for (const auto& item : pattern("\\.It Li ((?:.*\\\\\n)*.*)")
                                .all_in(page.substr(begin, page.find("\n.Sh", begin) - begin)))
        for (const auto& name : pattern("[^ ,\\\\\n]+").all_in(item.at(1)))
            items.insert(name.at(0));
    return items;
}

TEST(DocumentedConditions, NameTheMetrics) {
    const auto refused = run(bench_with({"--fail-if", "none>0"})).err;
    const auto list = pattern("expected one of (.*), then an operator").all_in(refused);
    ASSERT_EQ(list.size(), 1U) << refused;
    names metrics;
    for (const auto& name : pattern("[^ ,]+").all_in(list.front().at(1)))
        metrics.insert(name.at(0));
    names documented;
    for (const auto& row : rows_of_table(repository_file("src/bench/README.md"), "metric"))
        for (const auto& name : code_in(row.at(0)))
            documented.insert(name);
    documented.erase("compare");
    EXPECT_EQ(documented, metrics);
    EXPECT_EQ(items_of_manual("CONDITIONS"), metrics);
}

TEST(DocumentedJson, NamesTheKeysAndTheErrors) {
    daemon pulsar;
    const auto result =
        expect_all_echoed({pulsar.address(), "-c", "1", "-n", "10", "-r", "1000", "--reconnect"});
    pulsar.expect_orderly_exit();
    const auto page = repository_file("src/bench/README.md");
    EXPECT_EQ(documented_keys(page), keys_of(result.object()));
    names top_level;
    for (const auto& [key, value] : result.object())
        top_level.insert(key);
    EXPECT_EQ(items_of_manual("JSON"), top_level);

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
