#include "pulsar/system/service_manager.hpp"

#include "support/notify_socket.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <unistd.h>

namespace {

using namespace pulsar::test;
using pulsar::system::service_manager;

/// As a process finds it that the one at this address has started.
std::unique_ptr<service_manager> manager_at(const std::string& address) {
    ::setenv("NOTIFY_SOCKET", address.c_str(), 1);
    return std::make_unique<service_manager>();
}
std::unique_ptr<service_manager> manager_of(const notify_socket& where) {
    return manager_at(where.address());
}

TEST(ServiceManager, IsWhereItListens) {
    const auto longest = '@' + std::string(106, 'n');
    for (const std::string address : {"/run/systemd/notify", "@a", "/", longest.c_str()}) {
        EXPECT_TRUE(manager_at(address)->is_listening()) << address;
        EXPECT_EQ(std::getenv("NOTIFY_SOCKET"), nullptr);
    }
}

TEST(ServiceManager, IsToldByPath) {
    notify_socket socket;
    EXPECT_TRUE(manager_of(socket)->tell("READY=1\nSTATUS=x"));
    EXPECT_EQ(socket.receive(), "READY=1\nSTATUS=x");
}

TEST(ServiceManager, IsToldByAbstractName) {
    notify_socket socket("pulsar-test-" + std::to_string(::getpid()));
    EXPECT_TRUE(manager_of(socket)->tell("READY=1"));
    EXPECT_EQ(socket.receive(), "READY=1");
}

TEST(ServiceManager, IsToldAgainWhenItHadNoRoom) {
    notify_socket socket;
    const auto manager = manager_of(socket);
    socket.fill();
    EXPECT_FALSE(manager->tell("READY=1"));
    while (socket.poll()) {
    }
    EXPECT_TRUE(manager->tell("READY=1"));
    EXPECT_EQ(socket.receive(), "READY=1");
}

TEST(ServiceManager, IsNotToldAgainWhenItIsGone) {
    std::optional<notify_socket> socket(std::in_place);
    const auto manager = manager_of(*socket);
    socket.reset();
    EXPECT_TRUE(manager->tell("READY=1"));
}

}  // namespace
