#include "support/pattern.hpp"

#include <regex>

namespace pulsar::test {

struct pattern::compiled {
    std::regex expression;
};

pattern::pattern(const char* expression)
    : compiled_(std::make_shared<compiled>(compiled{std::regex(expression)})) {}

bool pattern::matches(const std::string& text) const {
    return std::regex_match(text, compiled_->expression);
}

bool pattern::is_in(const std::string& text) const {
    return std::regex_search(text, compiled_->expression);
}

std::vector<std::vector<std::string>> pattern::all_in(const std::string& text) const {
    std::vector<std::vector<std::string>> found;
    std::sregex_iterator at(text.begin(), text.end(), compiled_->expression);
    for (const std::sregex_iterator end; at != end; ++at)
        found.emplace_back(at->begin(), at->end());
    return found;
}

std::string pattern::replaced_in(const std::string& text, const std::string& replacement) const {
    return std::regex_replace(text, compiled_->expression, replacement);
}

}  // namespace pulsar::test
