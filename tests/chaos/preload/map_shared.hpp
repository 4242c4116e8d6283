#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace pulsar::test {

/// A file that a test and a library in its child both have mapped: what they share. nullptr where
/// it is not there; its content is as large as a T.
template <class T>
T* map_shared(const char* path) noexcept {
    const int file = path == nullptr ? -1 : ::open(path, O_RDWR | O_CLOEXEC);
    if (file < 0) return nullptr;
    void* at = ::mmap(nullptr, sizeof(T), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    ::close(file);
    return at == MAP_FAILED ? nullptr : static_cast<T*>(at);
}

}  // namespace pulsar::test
