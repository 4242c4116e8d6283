#pragma once

#include "support/frames.hpp"

#include <cstddef>
#include <random>
#include <string>

namespace pulsar::test {

inline std::string random_payload(std::mt19937& random, std::size_t size) {
    std::string payload(size, '\0');
    for (auto& byte : payload)
        byte = static_cast<char>(random());
    return payload;
}

/// `count` frames whose sizes are spread over all magnitudes below `longest`, 0 included.
inline std::string random_frames(std::mt19937& random, std::size_t count, std::size_t longest) {
    std::string stream;
    for (std::size_t i = 0; i < count; ++i) {
        std::size_t below = longest;
        for (auto halvings = random() % 16; halvings > 0 && below > 1; --halvings)
            below /= 2;
        stream += frame(random_payload(random, random() % below));
    }
    return stream;
}

}  // namespace pulsar::test
