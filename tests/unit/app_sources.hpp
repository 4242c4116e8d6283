#pragma once

#include "pulsar/app/invocation.hpp"
#include "pulsar/app/option.hpp"
#include "pulsar/cli/usage_error.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace pulsar::test {

using arguments = std::vector<std::string>;
using variables = std::map<std::string, std::string>;

inline app::invocation invoke(const arguments& flags, const variables& set = {}) {
    std::vector<const char*> argv{"pulsar"};
    for (const auto& flag : flags)
        argv.push_back(flag.c_str());
    const auto lookup = [&](const std::string& name) -> const char* {
        const auto found = set.find(name);
        return found == set.end() ? nullptr : found->second.c_str();
    };
    return app::parse(static_cast<int>(argv.size()), argv.data(), lookup);
}

/// The message of the usage_error, which has to be one line of ASCII; "accepted" if there is none.
inline std::string rejection(const arguments& flags, const variables& set = {}) {
    try {
        invoke(flags, set);
        return "accepted";
    } catch (const cli::usage_error& error) {
        const std::string what = error.what();
        EXPECT_TRUE(std::ranges::all_of(what, [](char c) { return c >= 0x20 && c <= 0x7e; }))
            << what;
        EXPECT_LT(what.size(), 600U);
        return what;
    }
}

/// What `--print-config` would show of one option.
inline std::vector<std::string> texts(const app::config& cfg, std::string_view option) {
    return app::find_option(option)->value.texts(cfg);
}

/// A configuration file of its own directory.
class config_file {
  public:
    explicit config_file(const std::string& content) { write_file(path(), content); }
    [[nodiscard]] std::string path() const { return dir_ / "pulsar.toml"; }

  private:
    temp_dir dir_;
};

inline testing::AssertionResult contains(const std::string& text, std::string_view part) {
    if (text.find(part) != std::string::npos) return testing::AssertionSuccess();
    return testing::AssertionFailure() << '"' << text << "\" lacks \"" << part << '"';
}

}  // namespace pulsar::test
