#include "pulsar/cli/version.hpp"

#include "pulsar/system/compiler.hpp"

#include <CLI/Version.hpp>
#include <boost/version.hpp>

#include <algorithm>

namespace pulsar::cli {
namespace {

std::string boost() {
    std::string version = BOOST_LIB_VERSION;
    std::ranges::replace(version, '_', '.');
    return version;
}

}  // namespace

std::string version_text(std::string_view program, std::string_view others) {
    return std::string(program) + " " PULSAR_VERSION " (" + system::compiler() + ", Boost " +
           boost() + std::string(others) + ", CLI11 " CLI11_VERSION ")\n";
}

}  // namespace pulsar::cli
