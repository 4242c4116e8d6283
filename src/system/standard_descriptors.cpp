#include "pulsar/system/standard_descriptors.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace pulsar::system {
namespace {

/// By O_PATH, what has a number and can neither be read nor written: open(2).
int open_number() noexcept {
    return ::open("/", O_PATH);
}

int open_null() noexcept {
    const int null = ::open("/dev/null", O_RDWR);
    return null >= 0 ? null : open_number();
}

void take_the_place_of_closed_ones(int (&open_one)()) noexcept {
    int opened = open_one();
    while (opened >= 0 && opened <= STDERR_FILENO)
        opened = open_one();
    if (opened >= 0) ::close(opened);
}

}  // namespace

void open_standard_descriptors() noexcept {
    take_the_place_of_closed_ones(open_null);
}

void reserve_standard_descriptors() noexcept {
    take_the_place_of_closed_ones(open_number);
}

}  // namespace pulsar::system
