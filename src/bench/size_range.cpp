#include "pulsar/bench/size_range.hpp"

#include "pulsar/cli/values.hpp"

#include <limits>

namespace pulsar::bench {

std::string to_string(const size_range& sizes) {
    const auto least = cli::size_text(sizes.least);
    return sizes.least == sizes.most ? least : least + '-' + cli::size_text(sizes.most);
}

std::optional<size_range> parse_size_range(std::string_view text) {
    constexpr auto limit = std::numeric_limits<std::uint32_t>::max();
    const auto dash = text.find('-');
    const auto least = cli::parse_size(text.substr(0, dash));
    const auto most =
        dash == std::string_view::npos ? least : cli::parse_size(text.substr(dash + 1));
    if (!least || !most || *least > *most || *most > limit) return std::nullopt;
    return size_range{static_cast<std::uint32_t>(*least), static_cast<std::uint32_t>(*most)};
}

}  // namespace pulsar::bench
