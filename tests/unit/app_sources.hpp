#pragma once

#include "pulsar/app/config_file.hpp"
#include "pulsar/app/invocation.hpp"
#include "pulsar/app/option_table.hpp"
#include "pulsar/cli/usage_error.hpp"
#include "support/temp_dir.hpp"
#include "support/text.hpp"

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

/// The message of the usage_error, which has to be one line of text; "accepted" if there is none.
inline std::string rejection(const arguments& flags, const variables& set = {}) {
    try {
        invoke(flags, set);
        return "accepted";
    } catch (const cli::usage_error& error) {
        const std::string what = error.what();
        const auto is_control = [](char c) { return (c >= 0 && c < 0x20) || c == 0x7f; };
        EXPECT_TRUE(cli::is_utf8(what) && std::ranges::none_of(what, is_control)) << what;
        EXPECT_LT(what.size(), 600U);
        return what;
    }
}

/// What `--print-config` would show of one option.
inline std::vector<std::string> texts(const app::config& cfg, std::string_view option) {
    auto shown = cfg;
    return cli::find_option(app::config_options(shown), option)->value.texts();
}

inline std::string to_toml(app::config cfg) {
    return app::to_toml(app::config_options(cfg));
}

/// A configuration file of its own directory.
class config_file {
  public:
    explicit config_file(const std::string& content) { write_file(path(), content); }
    [[nodiscard]] std::string path() const { return dir_ / "pulsar.toml"; }

  private:
    temp_dir dir_;
};

}  // namespace pulsar::test
