// The parsers of values against readings of the same text that know nothing of them. The input's
// first byte picks the parser of the others: one of `n`umber, `d`uration, `s`ize, `a`ddress,
// `c`idr and `l`evels.

#include "naive_values.hpp"
#include "pulsar/cli/values.hpp"
#include "pulsar/log/levels.hpp"
#include "pulsar/net/address.hpp"
#include "pulsar/net/network.hpp"
#include "pulsar/system/whole_number.hpp"
#include "require.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using namespace pulsar;
using fuzz::require;

constexpr auto largest = std::uint64_t{0xffff'ffff'ffff'ffff};

/// Whatever `parse` accepts, `show` prints so that it is read back as the same value.
template <class Parse, class Show>
void check_shown(std::string_view text, Parse parse, Show show) {
    const auto value = parse(text);
    if (!value) return;
    const std::string shown = show(*value);
    require(parse(shown) == value);
    require(show(*parse(shown)) == shown);
}

void check_duration(std::string_view text) {
    const auto found = cli::parse_duration(text);
    const auto expected = fuzz::read_scaled(
        text, {{"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}, 24 * 3'600'000);
    require(found.has_value() == expected.has_value());
    require(!found || found->count() == static_cast<std::int64_t>(*expected));
    check_shown(text, cli::parse_duration, cli::duration_text);
}

void check_size(std::string_view text) {
    constexpr std::uint64_t k = 1024;
    require(cli::parse_size(text) == fuzz::read_scaled(text,
                                                       {{"", 1},
                                                        {"B", 1},
                                                        {"K", k},
                                                        {"KiB", k},
                                                        {"M", k * k},
                                                        {"MiB", k * k},
                                                        {"G", k * k * k},
                                                        {"GiB", k * k * k}},
                                                       largest));
    check_shown(text, cli::parse_size, cli::size_text);
}

void check_address(std::string_view text) {
    require(net::parse_address(text) == fuzz::read_address(text));
    check_shown(text, net::parse_address,
                [](const net::address& found) { return net::to_string(found); });
}

void check_levels(std::string_view text) {
    require(log::parse_levels(text) == fuzz::read_levels(text));
    check_shown(text, log::parse_levels,
                [](const log::levels& levels) { return log::to_string(levels); });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    switch (data[0]) {
        case 'n':
            require(system::whole_number<std::uint64_t>(text) ==
                    fuzz::read_scaled(text, {{"", 1}}, largest));
            break;
        case 'd':
            check_duration(text);
            break;
        case 's':
            check_size(text);
            break;
        case 'a':
            check_address(text);
            break;
        case 'c':
            check_shown(text, net::parse_network,
                        [](const net::network& found) { return net::to_string(found); });
            break;
        case 'l':
            check_levels(text);
            break;
        default:
            break;
    }
    return 0;
}
