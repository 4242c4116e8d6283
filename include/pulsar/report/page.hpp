#pragma once

#include "pulsar/bench/result.hpp"

#include <string>
#include <string_view>

namespace pulsar::report {

/// What stands before the JSON object of a run in its page, once in each page. The object ends
/// before the next `<`, on the same line.
inline constexpr std::string_view result_element =
    R"(<script type="application/json" id="result">)";

/// A whole page: no reference to anything outside it, no script that runs. `json` is the run as
/// one object, in UTF-8; each `<` in it becomes `\u003c`, which JSON reads as the same text.
std::string to_page(const bench::result& of, std::string_view json);

}  // namespace pulsar::report
