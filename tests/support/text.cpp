#include "support/text.hpp"

#include <iterator>
#include <sstream>

namespace pulsar::test {

testing::AssertionResult contains(std::string_view text, std::string_view part) {
    if (text.find(part) != text.npos) return testing::AssertionSuccess();
    return testing::AssertionFailure() << '"' << text << "\" lacks \"" << part << '"';
}

std::size_t occurrences(std::string_view text, std::string_view part) {
    std::size_t count = 0;
    for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1))
        ++count;
    return count;
}

std::vector<std::string> words_of(const std::string& text) {
    std::istringstream in(text);
    return {std::istream_iterator<std::string>(in), {}};
}

std::string host_of(const std::string& address) {
    return address.substr(0, address.rfind(':'));
}

std::string port_of(const std::string& address) {
    return address.substr(address.rfind(':') + 1);
}

void expect_complaint(std::string_view program, const std::string& err,
                      const std::vector<std::string>& words) {
    EXPECT_TRUE(err.starts_with(std::string(program) + ": ")) << err;
    EXPECT_EQ(err.find('\n') + 1, err.size()) << err;
    for (const auto& word : words)
        EXPECT_TRUE(contains(err, word));
}

}  // namespace pulsar::test
