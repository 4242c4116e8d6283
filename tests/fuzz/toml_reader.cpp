#include "pulsar/app/config_file.hpp"
#include "pulsar/cli/usage_error.hpp"
#include "require.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using namespace pulsar;
using fuzz::require;

app::config read(std::string_view content) {
    auto cfg = app::default_config();
    for (const auto& setting : app::parse_config_file("fuzz.toml", content)) {
        setting.of->value.assign(cfg, setting);
    }
    return cfg;
}

bool is_one_printable_line(std::string_view text) {
    const auto is_control = [](char c) { return (c >= 0 && c < 0x20) || c == 0x7f; };
    return cli::is_utf8(text) && std::ranges::none_of(text, is_control);
}

}  // namespace

/// Any bytes are either a configuration, which is printed and read back as the same, or an error of
/// one readable line that starts with the file.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string printed;
    try {
        printed = app::to_toml(read({reinterpret_cast<const char*>(data), size}));
    } catch (const cli::usage_error& error) {
        const std::string_view what = error.what();
        require(what.starts_with("fuzz.toml:") && what.size() < 2000);
        require(is_one_printable_line(what));
        return 0;
    }
    require(app::to_toml(read(printed)) == printed);
    return 0;
}
