#pragma once

#include "pulsar/log/event.hpp"
#include "pulsar/log/log.hpp"

#include <initializer_list>
#include <string>
#include <string_view>

namespace pulsar::log {

/// The part of a line that is the event's own: `opened conn=17` in text; in JSON the value of the
/// member "msg" and the members after it, `"opened","conn":17`.
std::string render(format as, std::string_view msg, std::initializer_list<field> fields);

/// Appends one more field to what render() returned.
void append_field(std::string& out, format as, const field& item);

}  // namespace pulsar::log
