#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pulsar::fuzz {

/// The parts between the separators: one more than there are of these.
inline std::vector<std::string> split(std::string_view text, char at) {
    std::vector<std::string> parts(1);
    for (const char c : text) {
        if (c == at) {
            parts.emplace_back();
        } else {
            parts.back() += c;
        }
    }
    return parts;
}

}  // namespace pulsar::fuzz
