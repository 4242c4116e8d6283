#include "pulsar/system/handed_sockets.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <fcntl.h>
#include <stdexcept>
#include <string>
#include <unistd.h>

namespace pulsar::system::handed_sockets_test {
namespace {

constexpr std::array variables{"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"};

class HandedSockets : public testing::Test {
  protected:
    HandedSockets() {
        for (const auto* name : variables)
            ::unsetenv(name);
        int fd = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
        while (fd >= 0 && fd < 4)
            fd = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    }
    ~HandedSockets() override { expect_no_variable(); }

    static void expect_no_variable() {
        for (const auto* name : variables)
            EXPECT_EQ(std::getenv(name), nullptr) << name;
    }

    static void set(const char* pid, const char* count, const char* names = nullptr) {
        if (pid) ::setenv("LISTEN_PID", pid, 1);
        if (count) ::setenv("LISTEN_FDS", count, 1);
        if (names) ::setenv("LISTEN_FDNAMES", names, 1);
    }

    static std::string failure() {
        try {
            take_handed_sockets();
            return "none";
        } catch (const std::runtime_error& error) {
            return error.what();
        }
    }

    const std::string own_ = std::to_string(::getpid());
};

TEST_F(HandedSockets, AreThoseFromThreeOn) {
    ASSERT_EQ(::fcntl(3, F_SETFD, 0), 0);
    ASSERT_EQ(::fcntl(4, F_SETFD, 0), 0);
    set(own_.c_str(), "2", "web:pulsar.socket");
    const auto handed = take_handed_sockets();
    ASSERT_EQ(handed.size(), 2u);
    EXPECT_EQ(handed[0].descriptor, 3);
    EXPECT_EQ(handed[0].name, "web");
    EXPECT_EQ(handed[1].descriptor, 4);
    EXPECT_EQ(handed[1].name, "pulsar.socket");
    EXPECT_EQ(::fcntl(3, F_GETFD), FD_CLOEXEC);
    EXPECT_EQ(::fcntl(4, F_GETFD), FD_CLOEXEC);
    expect_no_variable();
    EXPECT_TRUE(take_handed_sockets().empty());
}

TEST_F(HandedSockets, NeedNoNames) {
    set(own_.c_str(), "1");
    EXPECT_EQ(take_handed_sockets().at(0).name, "");
    set(own_.c_str(), "2", ":");
    EXPECT_EQ(take_handed_sockets().at(1).name, "");
}

TEST_F(HandedSockets, OfAnotherProcessAreNotOurs) {
    set("1", "2");
    EXPECT_TRUE(take_handed_sockets().empty());
    set(nullptr, "2");
    EXPECT_TRUE(take_handed_sockets().empty());
    set(own_.c_str(), nullptr);
    EXPECT_TRUE(take_handed_sockets().empty());
    set("1", "nonsense", "a:b:c");
    EXPECT_TRUE(take_handed_sockets().empty());
}

TEST_F(HandedSockets, AreNotThereByNonsense) {
    for (const auto* text : {"", "x", "0", "-1", "+1", " 1", "1 ", "1.0", "99999999999"}) {
        set(text, "1");
        EXPECT_EQ(failure(), "LISTEN_PID: expected a whole number from 1 to 2147483647") << text;
        set(own_.c_str(), text);
        EXPECT_EQ(failure(), "LISTEN_FDS: expected a whole number from 1 to 2147483644") << text;
        expect_no_variable();
    }
}

TEST_F(HandedSockets, HaveToBeOpen) {
    int first_closed = 3;
    while (::fcntl(first_closed, F_GETFD) >= 0)
        ++first_closed;
    set(own_.c_str(), "2147483644");
    EXPECT_EQ(failure(), "LISTEN_FDS: expected at most " + std::to_string(first_closed - 3) +
                             ", descriptor " + std::to_string(first_closed) + " is not open");
}

TEST_F(HandedSockets, HaveOneNameEach) {
    for (const auto* names : {"", "a", "a:b:c", "a:b:"}) {
        set(own_.c_str(), "2", names);
        EXPECT_EQ(failure(),
                  "LISTEN_FDNAMES: expected 2 names with colons between, as LISTEN_FDS says")
            << names;
    }
}

}  // namespace
}  // namespace pulsar::system::handed_sockets_test
