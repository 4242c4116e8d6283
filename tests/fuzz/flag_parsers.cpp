#include "pulsar/cli/values.hpp"
#include "pulsar/log/levels.hpp"
#include "pulsar/net/address.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

/// Whatever `parse` accepts, `show` prints so that it is read back as the same value.
template <class Parse, class Show>
void check(std::string_view text, Parse parse, Show show) {
    const auto value = parse(text);
    if (!value) return;
    const std::string shown = show(*value);
    require(parse(shown) == value);
    require(show(*parse(shown)) == shown);
}

}  // namespace

/// The first byte picks the parser of the others: one of `n`umber, `d`uration, `s`ize, `a`ddress
/// and `l`evels.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace pulsar;
    if (size == 0) return 0;
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    switch (data[0]) {
        case 'n':
            check(text, cli::parse_number, [](auto number) { return std::to_string(number); });
            break;
        case 'd':
            check(text, cli::parse_duration, cli::duration_text);
            break;
        case 's':
            check(text, cli::parse_size, cli::size_text);
            break;
        case 'a':
            check(text, net::parse_address,
                  [](const net::address& address) { return net::to_string(address); });
            break;
        case 'l':
            check(text, log::parse_levels,
                  [](const log::levels& levels) { return log::to_string(levels); });
            break;
        default:
            break;
    }
    return 0;
}
