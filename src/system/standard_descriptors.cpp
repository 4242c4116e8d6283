#include "pulsar/system/standard_descriptors.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace pulsar::system {

void open_standard_descriptors() noexcept {
    int opened = ::open("/dev/null", O_RDWR);
    while (opened >= 0 && opened <= STDERR_FILENO)
        opened = ::open("/dev/null", O_RDWR);
    if (opened >= 0) ::close(opened);
}

}  // namespace pulsar::system
