#include "pulsar/system/standard_descriptors.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace pulsar::system {
namespace {

/// Else, by O_PATH, what has a number and can neither be read nor written: open(2).
int open_null() noexcept {
    const int null = ::open("/dev/null", O_RDWR);
    return null >= 0 ? null : ::open("/", O_PATH);
}

}  // namespace

void open_standard_descriptors() noexcept {
    int opened = open_null();
    while (opened >= 0 && opened <= STDERR_FILENO)
        opened = open_null();
    if (opened >= 0) ::close(opened);
}

}  // namespace pulsar::system
