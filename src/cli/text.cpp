#include "pulsar/cli/text.hpp"

#include "pulsar/log/escape.hpp"
#include "pulsar/log/utf8.hpp"

#include <cstddef>

namespace pulsar::cli {
namespace {

constexpr std::size_t quoted_limit = 200;

}  // namespace

std::string alternatives(const std::vector<std::string>& names) {
    std::string all;
    for (std::size_t i = 0; i < names.size(); ++i)
        all.append(i == 0 ? "" : i + 1 < names.size() ? ", " : " or ").append(names[i]);
    return all;
}

bool is_utf8(std::string_view bytes) noexcept {
    while (!bytes.empty()) {
        const auto first = log::first_character(bytes);
        if (!first) return false;
        bytes.remove_prefix(first->size);
    }
    return true;
}

std::string escaped(std::string_view bytes) {
    std::string out;
    log::append_text(out, bytes);
    return out;
}

std::string in_quotes(std::string_view bytes) {
    auto shown = '"' + escaped(bytes.substr(0, quoted_limit)) + '"';
    if (bytes.size() <= quoted_limit) return shown;
    return shown + "... (" + std::to_string(bytes.size()) + " bytes)";
}

}  // namespace pulsar::cli
