#include "pulsar/cli/version.hpp"

#include <CLI/Version.hpp>
#include <boost/version.hpp>

#include <algorithm>
#include <array>

namespace pulsar::cli {
namespace {

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

std::string boost() {
    std::string version = BOOST_LIB_VERSION;
    std::ranges::replace(version, '_', '.');
    return version;
}

}  // namespace

std::string version_text(std::string_view program, std::string_view others) {
    return std::string(program) + " " PULSAR_VERSION " (" + compiler() + ", Boost " + boost() +
           std::string(others) + ", CLI11 " CLI11_VERSION ")\n";
}

}  // namespace pulsar::cli
