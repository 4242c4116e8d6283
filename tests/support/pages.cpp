#include "support/pages.hpp"

#include "support/temp_dir.hpp"

#include <algorithm>
#include <filesystem>

namespace pulsar::test {

namespace {

const std::filesystem::path root = PULSAR_SOURCE_DIR;

}  // namespace

std::string repository_file(const std::string& path) {
    return read_file(root / path);
}

std::string files_of(const std::string& folder, const std::string& ending) {
    std::string all;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root / folder)) {
        if (entry.path().string().ends_with(ending)) all += read_file(entry.path());
    }
    return all;
}

bool in_repository(const std::string& path) {
    return std::filesystem::exists(root / path);
}

std::vector<std::string> page_paths() {
    std::vector<std::string> paths;
    for (std::filesystem::recursive_directory_iterator at(root), end; at != end; ++at) {
        const auto name = at->path().filename().string();
        if (at->is_directory() && (name.starts_with('.') || name == "build")) {
            at.disable_recursion_pending();
        } else if (name.ends_with(".md")) {
            paths.push_back(at->path().lexically_relative(root));
        }
    }
    std::sort(paths.begin(), paths.end());
    return paths;
}

std::vector<code_block> blocks_of(const std::string& page, const std::set<std::string>& languages) {
    auto found = code_blocks(repository_file(page));
    std::erase_if(found, [&](const auto& block) { return !languages.contains(block.language); });
    for (auto& block : found)
        block.page = page;
    return found;
}

std::vector<code_block> blocks_of_all_pages(const std::set<std::string>& languages) {
    std::vector<code_block> all;
    for (const auto& page : page_paths()) {
        for (auto& block : blocks_of(page, languages))
            all.push_back(std::move(block));
    }
    return all;
}

std::string where(const code_block& block) {
    return block.page + ':' + std::to_string(block.line);
}

}  // namespace pulsar::test
