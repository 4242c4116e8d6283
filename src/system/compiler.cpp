#include "pulsar/system/compiler.hpp"

#include <array>

namespace pulsar::system {

std::string compiler() {
#if defined(__clang__)
    constexpr auto name = "clang++ ";
    constexpr std::array numbers{__clang_major__, __clang_minor__, __clang_patchlevel__};
#else
    constexpr auto name = "g++ ";
    constexpr std::array numbers{__GNUC__, __GNUC_MINOR__, __GNUC_PATCHLEVEL__};
#endif
    return name + std::to_string(numbers[0]) + '.' + std::to_string(numbers[1]) + '.' +
           std::to_string(numbers[2]);
}

}  // namespace pulsar::system
