#pragma once

#include "support/markdown.hpp"

#include <set>
#include <string>
#include <vector>

namespace pulsar::test {

/// The text of a file of the repository.
std::string repository_file(const std::string& path);

/// The blocks of README.md that are in one of these languages, in order.
std::vector<code_block> readme_blocks(const std::set<std::string>& languages);

/// `README.md:LINE`, for the text of a failure.
std::string where(const code_block& block);

}  // namespace pulsar::test
