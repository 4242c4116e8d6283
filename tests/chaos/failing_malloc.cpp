#include "failing_malloc.hpp"

namespace pulsar::test {

failing_malloc::failing_malloc(std::uint64_t seed) : library_(FAILING_MALLOC), seed_(seed) {}

std::vector<std::string> failing_malloc::environment() const {
    return {library_.variable(), "MALLOC_FAULTS=" + faults_.file(),
            "MALLOC_FAULTS_SEED=" + std::to_string(seed_)};
}

void failing_malloc::set(std::uint64_t spared, std::uint64_t one_in, std::uint64_t left) {
    faults_->one_in = 0;  // while the two others change
    faults_->spared = spared;
    faults_->left = left;
    faults_->one_in = one_in;
}

}  // namespace pulsar::test
