// One connection, from net::serve() to its end, with a scripted socket, clock and heap, held
// against the contract after every step. The input: options, how it ends, and operations; see
// script.hpp.

#include "script.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    pulsar::fuzz::script(pulsar::fuzz::input(data, size)).play();
    return 0;
}
