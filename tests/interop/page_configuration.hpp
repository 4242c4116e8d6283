#pragma once

#include <string>
#include <utility>
#include <vector>

namespace pulsar::test {

/// Texts, and what stands in their place.
using replacements = std::vector<std::pair<std::string, std::string>>;

/// The configuration that src/BEHIND_PROXIES.md shows with this mark above it, so that a reader
/// gets what is tested. In place of each first text stands the second; throws when the page, or
/// such a text in the configuration, is not there.
std::string page_configuration(const std::string& mark, const replacements& in_place);

/// In the same way, what the shell makes of the arguments of a command that the page shows.
std::vector<std::string> page_arguments(const std::string& mark, const replacements& in_place);

}  // namespace pulsar::test
