#include "pulsar/app/help.hpp"
#include "pulsar/log/library_version.hpp"

#include <CLI/Version.hpp>
#include <boost/version.hpp>

#include <algorithm>
#include <array>

namespace pulsar::app {
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

std::string version_text() {
    return "pulsar " PULSAR_VERSION " (" + compiler() + ", Boost " + boost() + ", spdlog " +
           std::string(log::library_version()) + ", CLI11 " CLI11_VERSION ")\n";
}

}  // namespace pulsar::app
