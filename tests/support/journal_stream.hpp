#pragma once

#include <stdexcept>
#include <string>
#include <sys/stat.h>

namespace pulsar::test {

/// The value of JOURNAL_STREAM with which `descriptor` counts as the journal, by systemd.exec(5).
inline std::string journal_stream(int descriptor) {
    struct stat file {};
    if (::fstat(descriptor, &file) != 0) throw std::runtime_error("fstat");
    return std::to_string(file.st_dev) + ':' + std::to_string(file.st_ino);
}

}  // namespace pulsar::test
