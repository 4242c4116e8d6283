#include "pulsar/log/library_version.hpp"

#include <spdlog/version.h>

#define PULSAR_TEXT_OF(macro) #macro
#define PULSAR_VERSION_TEXT(major, minor, patch) \
    PULSAR_TEXT_OF(major) "." PULSAR_TEXT_OF(minor) "." PULSAR_TEXT_OF(patch)

namespace pulsar::log {

std::string_view library_version() noexcept {
    return PULSAR_VERSION_TEXT(SPDLOG_VER_MAJOR, SPDLOG_VER_MINOR, SPDLOG_VER_PATCH);
}

}  // namespace pulsar::log
