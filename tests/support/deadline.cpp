#include "support/deadline.hpp"

#include "support/sanitizers.hpp"

#include <algorithm>
#include <cstdlib>
#include <thread>

namespace pulsar::test {

int patience() {
    const char* factor = std::getenv("PULSAR_TEST_PATIENCE");
    if (factor) return std::max(1, std::atoi(factor));
    return sanitized() ? 3 : 1;
}

bool deadline::passed() const {
    return std::chrono::steady_clock::now() >= at_;
}

int deadline::poll_timeout() const {
    const auto left = at_ - std::chrono::steady_clock::now();
    const auto rounded_up = std::chrono::ceil<std::chrono::milliseconds>(left);
    return static_cast<int>(std::max<std::chrono::milliseconds::rep>(0, rounded_up.count()));
}

bool eventually(const std::function<bool()>& predicate, deadline limit) {
    while (!predicate()) {
        if (limit.passed()) return predicate();
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return true;
}

}  // namespace pulsar::test
