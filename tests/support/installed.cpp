#include "support/installed.hpp"

#include "support/process.hpp"

#include <stdexcept>

namespace pulsar::test {

installed::installed() {
    launch how;
    how.command = {PULSAR_CMAKE, "--install", PULSAR_BUILD_DIR, "--prefix", prefix_ / ""};
    const auto result = run(how);
    if (result.how != exited(0)) throw std::runtime_error(result.out + result.err);
}

}  // namespace pulsar::test
