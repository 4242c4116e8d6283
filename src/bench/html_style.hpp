#pragma once

#include <string_view>

namespace pulsar::bench {

/// The style sheet of the page: light, dark and printed, wide and narrow.
std::string_view html_style();

}  // namespace pulsar::bench
