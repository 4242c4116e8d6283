#include "support/readme.hpp"

#include "support/temp_dir.hpp"

namespace pulsar::test {

std::string repository_file(const std::string& path) {
    return read_file(PULSAR_SOURCE_DIR "/" + path);
}

std::vector<code_block> readme_blocks(const std::set<std::string>& languages) {
    auto found = code_blocks(repository_file("README.md"));
    std::erase_if(found, [&](const auto& block) { return !languages.contains(block.language); });
    return found;
}

std::string where(const code_block& block) {
    return "README.md:" + std::to_string(block.line);
}

}  // namespace pulsar::test
