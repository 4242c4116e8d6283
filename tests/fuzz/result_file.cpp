#include "pulsar/report/result_file.hpp"

#include "pulsar/cli/text.hpp"
#include "pulsar/report/compare.hpp"
#include "pulsar/report/condition.hpp"
#include "pulsar/report/hdr.hpp"
#include "pulsar/report/json.hpp"
#include "pulsar/report/merge.hpp"
#include "pulsar/report/page.hpp"
#include "pulsar/report/text.hpp"
#include "require.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace {

using namespace pulsar;
using fuzz::require;
using report::condition;

bool is_one_printable_line(std::string_view text) {
    const auto is_control = [](char c) { return (c >= 0 && c < 0x20) || c == 0x7f; };
    return !text.empty() && cli::is_utf8(text) && std::ranges::none_of(text, is_control);
}

/// What `make` returns; nothing where it throws an error of one printable line.
template <class Make>
auto unless_refused(Make make) -> std::optional<decltype(make())> {
    try {
        return make();
    } catch (const std::runtime_error& error) {
        require(is_one_printable_line(error.what()));
        return std::nullopt;
    }
}

bool fits_the_screen(std::string_view text) {
    std::size_t width = 0;
    for (const char c : text) {
        width = c == '\n' ? 0 : width + 1;
        if (width > 100 || (c != '\n' && (c < ' ' || c > '~'))) return false;
    }
    return text.ends_with('\n');
}

void check_reports(const bench::result& run) {
    const auto json = report::to_json(run);
    const auto from_json = unless_refused([&] { return report::parse_result(json); });
    const auto page = report::to_page(run, json);
    const auto from_page = unless_refused([&] { return report::parse_result(page); });
    require(from_json == from_page);
    require(fits_the_screen(report::to_text(run)));
    require(fits_the_screen(report::compare("a", run, "b", run)));
    require(report::to_hdr(run).ends_with("]\n"));
}

/// Of the text that the content begins with, up to a newline.
void check_condition(std::string_view text, const bench::result& run) {
    const auto check = [&](condition::kind of, const auto&... runs) {
        const auto parsed = unless_refused([&] { return condition(text, of); });
        if (!parsed) return;
        const auto finding = parsed->finding(runs...);
        require(!finding || is_one_printable_line(*finding));
    };
    check(condition::kind::value, run);
    check(condition::kind::ratio, run, run);
}

}  // namespace

/// A condition, a newline, and any bytes as a result: all that is made of one is made of it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const auto end = std::min(input.find('\n'), size);
    check_condition(input.substr(0, end), {});
    const auto run = unless_refused([&] { return report::parse_result(input.substr(end)); });
    if (!run) return 0;
    check_condition(input.substr(0, end), *run);
    check_reports(*run);
    const auto merged = unless_refused([&] { return report::merge({{"a", *run}, {"b", *run}}); });
    if (merged) check_reports(*merged);
    return 0;
}
