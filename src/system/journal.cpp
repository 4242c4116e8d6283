#include "pulsar/system/journal.hpp"

#include <cstdlib>
#include <string>
#include <sys/stat.h>

namespace pulsar::system {

bool is_journal(int descriptor) {
    const char* named = std::getenv("JOURNAL_STREAM");  // NOLINT(concurrency-mt-unsafe): no setenv
    struct stat file {};
    if (named == nullptr || ::fstat(descriptor, &file) != 0) return false;
    return named == std::to_string(file.st_dev) + ':' + std::to_string(file.st_ino);
}

}  // namespace pulsar::system
