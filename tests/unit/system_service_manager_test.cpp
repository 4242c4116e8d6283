#include "pulsar/system/service_manager.hpp"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <string>
#include <unistd.h>

namespace pulsar::system::service_manager_test {
namespace {

using namespace std::chrono_literals;

constexpr std::array variables{"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"};

class SystemServiceManager : public testing::Test {
  protected:
    SystemServiceManager() {
        for (const auto* name : variables)
            ::unsetenv(name);
    }
};

void expect_no_variable() {
    for (const auto* name : variables)
        EXPECT_EQ(std::getenv(name), nullptr) << name;
}

std::string failure() {
    try {
        const service_manager manager;
        return "none";
    } catch (const std::runtime_error& error) {
        expect_no_variable();
        return error.what();
    }
}

TEST_F(SystemServiceManager, IsNotThereWithoutItsVariables) {
    const service_manager manager;
    EXPECT_FALSE(manager.is_listening());
    EXPECT_FALSE(manager.watchdog());
}

TEST_F(SystemServiceManager, IsNotWhereItCannotBeReached) {
    const auto too_long = '/' + std::string(107, 'n');
    for (const std::string address :
         {"", "relative", "@", "vsock:2:1234", "vsock-stream:2:1", too_long.c_str()}) {
        ::setenv("NOTIFY_SOCKET", address.c_str(), 1);
        EXPECT_EQ(failure(),
                  "NOTIFY_SOCKET: expected an absolute path or @NAME of at most 107 bytes")
            << address;
    }
}

std::optional<std::chrono::microseconds> watchdog(const char* period, const char* pid) {
    if (period) ::setenv("WATCHDOG_USEC", period, 1);
    if (pid) ::setenv("WATCHDOG_PID", pid, 1);
    const service_manager manager;
    expect_no_variable();
    return manager.watchdog();
}

TEST_F(SystemServiceManager, WatchesThisProcessOrNone) {
    const auto own = std::to_string(::getpid());
    EXPECT_EQ(watchdog("30000000", own.c_str()), 30s);
    EXPECT_EQ(watchdog("1", nullptr), 1us);
    EXPECT_EQ(watchdog("31622400000000", nullptr), 366 * 24h);
    EXPECT_EQ(watchdog("31622400000001", nullptr), std::nullopt);
    EXPECT_EQ(watchdog("18446744073709551615", nullptr), std::nullopt) << "infinity";
    EXPECT_EQ(watchdog("30000000", "1"), std::nullopt);
    EXPECT_EQ(watchdog("nonsense", "1"), std::nullopt);
    EXPECT_EQ(watchdog(nullptr, own.c_str()), std::nullopt);
}

TEST_F(SystemServiceManager, DoesNotWatchByNonsense) {
    const auto own = std::to_string(::getpid());
    for (const auto* text : {"", "x", "0", "-1", "+1", "1s", "18446744073709551616"}) {
        ::setenv("WATCHDOG_USEC", text, 1);
        EXPECT_EQ(failure(),
                  "WATCHDOG_USEC: expected a whole number from 1 to 18446744073709551615");
        ::setenv("WATCHDOG_USEC", "1", 1);
        ::setenv("WATCHDOG_PID", text, 1);
        EXPECT_EQ(failure(), "WATCHDOG_PID: expected a whole number from 1 to 2147483647");
    }
}

}  // namespace
}  // namespace pulsar::system::service_manager_test
