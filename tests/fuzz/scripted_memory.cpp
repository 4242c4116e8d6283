#include "scripted_memory.hpp"

// The linker puts these around malloc(3), realloc(3) and free(3) in this program (--wrap, see
// ld(1)). While a connection runs only echo_buffer.cpp calls the first two.
extern "C" {
// NOLINTBEGIN(bugprone-reserved-identifier)
void* __real_malloc(std::size_t size);
void* __real_realloc(void* block, std::size_t size);
void __real_free(void* block);

void* __wrap_malloc(std::size_t size) {
    return pulsar::fuzz::heap.note(pulsar::fuzz::heap.fails() ? nullptr : __real_malloc(size),
                                   size);
}

void* __wrap_realloc(void* block, std::size_t size) {
    return pulsar::fuzz::heap.note(
        pulsar::fuzz::heap.fails() ? nullptr : __real_realloc(block, size), size);
}

void __wrap_free(void* block) {
    pulsar::fuzz::heap.forget(block);
    __real_free(block);
}
// NOLINTEND(bugprone-reserved-identifier)
}
