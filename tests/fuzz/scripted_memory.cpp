#include "scripted_memory.hpp"

#include <cstring>
#include <sys/mman.h>

namespace pulsar::fuzz {
namespace {

void* note(void* block, std::size_t size) {
    if (block != nullptr) heap.note(block, size);
    return block;
}

}  // namespace
}  // namespace pulsar::fuzz

// The linker puts these in the place of malloc(3), free(3), mmap(2), mremap(2) and munmap(2) in
// this program (--wrap, see ld(1)). While a connection runs only buffer_cache.cpp calls them. A
// mapping is a block of malloc's as well, so that ASan sees what is written beyond its end.
extern "C" {
// NOLINTBEGIN(bugprone-reserved-identifier)
void* __real_malloc(std::size_t size);
void __real_free(void* block);

void* __wrap_malloc(std::size_t size) {
    using namespace pulsar::fuzz;
    return note(heap.fails() ? nullptr : __real_malloc(size), size);
}

void __wrap_free(void* block) {
    pulsar::fuzz::heap.forget(block);
    __real_free(block);
}

void* __wrap_mmap(void*, std::size_t size, int, int, int, off_t) {
    void* const block = __wrap_malloc(size);
    return block == nullptr ? MAP_FAILED : block;
}

void* __wrap_mremap(void* old, std::size_t old_size, std::size_t size, int, ...) {
    void* const block = __wrap_malloc(size);
    if (block == nullptr) return MAP_FAILED;
    std::memcpy(block, old, old_size);
    __wrap_free(old);
    return block;
}

int __wrap_munmap(void* block, std::size_t) {
    __wrap_free(block);
    return 0;
}
// NOLINTEND(bugprone-reserved-identifier)
}
