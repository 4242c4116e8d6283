#include "support/installed.hpp"

#include "support/process.hpp"

#include <stdexcept>

namespace pulsar::test {

installed::installed() {
    launch how;
    how.command = {PULSAR_CMAKE, "-D", "CMAKE_INSTALL_PREFIX=" + (prefix_ / ""), "-P",
                   PULSAR_BUILD_DIR "/src/cmake_install.cmake"};
    how.environment = {"DESTDIR="};
    const auto result = run(how);
    if (result.how != exited(0)) throw std::runtime_error(result.out + result.err);
}

}  // namespace pulsar::test
