#pragma once

#include "support/markdown.hpp"

#include <set>
#include <string>
#include <vector>

namespace pulsar::test {

/// The text of a file of the repository, by its path from the root.
std::string repository_file(const std::string& path);
/// What all files in a folder of it with this ending hold, one behind the other.
std::string files_of(const std::string& folder, const std::string& ending);
bool in_repository(const std::string& path);

/// The path of every page of the repository, a file that ends in `.md`, but for those in `build/`
/// and in folders that begin with a dot.
std::vector<std::string> page_paths();

/// The blocks of a page that are in one of these languages, in order.
std::vector<code_block> blocks_of(const std::string& page, const std::set<std::string>& languages);

/// Those of all pages.
std::vector<code_block> blocks_of_all_pages(const std::set<std::string>& languages);

/// `README.md:LINE`, for the text of a failure.
std::string where(const code_block& block);

}  // namespace pulsar::test
