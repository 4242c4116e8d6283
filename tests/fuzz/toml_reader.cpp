#include "pulsar/app/config_file.hpp"
#include "pulsar/app/option_table.hpp"
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

/// The configuration that results, as it is printed.
std::string read(std::string_view content) {
    auto cfg = app::default_config();
    const auto table = app::config_options(cfg);
    cli::assign(app::parse_config_file("fuzz.toml", content, table));
    return app::to_toml(table);
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
        printed = read({reinterpret_cast<const char*>(data), size});
    } catch (const cli::usage_error& error) {
        const std::string_view what = error.what();
        require(what.starts_with("fuzz.toml:") && what.size() < 2000);
        require(is_one_printable_line(what));
        return 0;
    }
    require(read(printed) == printed);
    return 0;
}
