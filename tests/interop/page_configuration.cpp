#include "interop/page_configuration.hpp"

#include "support/pages.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <stdexcept>

namespace pulsar::test {

std::string page_configuration(const std::string& mark, const replacements& in_place) {
    const auto blocks = blocks_of("src/BEHIND_PROXIES.md", {"text"});
    const auto shown = std::find_if(blocks.begin(), blocks.end(),
                                    [&](const auto& block) { return block.mark == mark; });
    if (shown == blocks.end()) throw std::runtime_error("not on the page: " + mark);
    auto text = shown->content;
    for (const auto& [on_page, here] : in_place) {
        auto at = text.find(on_page);
        if (at == text.npos) throw std::runtime_error("not in " + mark + ": " + on_page);
        for (; at != text.npos; at = text.find(on_page, at + here.size()))
            text.replace(at, on_page.size(), here);
    }
    return text;
}

std::vector<std::string> page_arguments(const std::string& mark, const replacements& in_place) {
    auto words = words_of(page_configuration(mark, in_place));
    words.erase(words.begin());
    std::erase(words, "\\");  // at the end of a line
    for (auto& word : words)
        std::erase(word, '\'');
    return words;
}

}  // namespace pulsar::test
