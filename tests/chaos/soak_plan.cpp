#include "chaos/soak_plan.hpp"

#include "support/random_frames.hpp"

#include <algorithm>

namespace pulsar::test {

namespace {

using namespace std::chrono_literals;

bool one_in(std::mt19937& random, unsigned n) {
    return random() % n == 0;
}

/// Of `total` bytes, so few that a stream takes a good many calls, or all at once.
std::size_t piece(std::mt19937& random, std::size_t total) {
    if (one_in(random, 3)) return total + 1;
    return 1 + total / (1 + random() % 50);
}

std::chrono::microseconds pause(std::mt19937& random) {
    if (one_in(random, 2)) return 0us;
    return std::chrono::microseconds(random() % 8000);
}

std::string rest_of(soak_plan::ending end, std::mt19937& random, std::size_t max_frame_size) {
    if (end == soak_plan::ending::truncated) {
        const auto whole = frame(random_payload(random, 1 + random() % max_frame_size));
        return whole.substr(0, 1 + random() % (whole.size() - 1));
    }
    if (end == soak_plan::ending::too_large) {
        const auto excess = 1 + random() % (0xffff'ffff - max_frame_size);
        return header(static_cast<std::uint32_t>(max_frame_size + excess)) +
               random_payload(random, random() % 1000);
    }
    return {};
}

}  // namespace

soak_plan draw_plan(std::mt19937& random, std::size_t max_frame_size) {
    soak_plan plan;
    plan.end = static_cast<soak_plan::ending>(random() % soak_plan::endings);
    plan.stream = random_frames(random, random() % 20, one_in(random, 8) ? max_frame_size : 4000) +
                  rest_of(plan.end, random, max_frame_size);
    plan.leaves_at = random() % (plan.stream.size() + 1);
    plan.heartbeats = random() % 4;
    plan.send_at_most = piece(random, plan.stream.size());
    plan.receive_at_most = piece(random, plan.stream.size());
    plan.send_pause = pause(random);
    plan.receive_pause = pause(random);
    plan.receive_buffer = one_in(random, 4) ? 4096 : 0;
    plan.seed = static_cast<unsigned>(random());
    return plan;
}

}  // namespace pulsar::test
