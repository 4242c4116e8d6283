#include "failing_malloc.hpp"

#include "support/unique_fd.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/mman.h>
#include <system_error>
#include <unistd.h>

namespace pulsar::test {
namespace {

malloc_faults* map(const std::string& path) {
    const unique_fd file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (::ftruncate(file.get(), sizeof(malloc_faults)) != 0) {
        throw std::system_error(errno, std::generic_category(), path);
    }
    void* at =
        ::mmap(nullptr, sizeof(malloc_faults), PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
    if (at == MAP_FAILED) throw std::system_error(errno, std::generic_category(), path);
    return static_cast<malloc_faults*>(at);
}

}  // namespace

failing_malloc::failing_malloc(std::uint64_t seed)
    : library_(FAILING_MALLOC), seed_(seed), faults_(map(file_)) {}

failing_malloc::~failing_malloc() {
    ::munmap(faults_, sizeof(malloc_faults));
}

std::vector<std::string> failing_malloc::environment() const {
    return {library_.variable(), "MALLOC_FAULTS=" + file_,
            "MALLOC_FAULTS_SEED=" + std::to_string(seed_)};
}

void failing_malloc::set(std::uint64_t spared, std::uint64_t one_in, std::uint64_t left) {
    faults_->one_in = 0;  // while the two others change
    faults_->spared = spared;
    faults_->left = left;
    faults_->one_in = one_in;
}

}  // namespace pulsar::test
