#pragma once

#include <string_view>

namespace pulsar::report {

/// The style sheet of the page: light, dark and printed, wide and narrow.
std::string_view html_style();

}  // namespace pulsar::report
