#include "interop/foreign_program.hpp"

#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/expect_echo.hpp"
#include "support/skip_without.hpp"
#include "support/text.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace pulsar::test::foreign_program_test {
namespace {

/// A proxy that serves each connection with a child.
std::vector<std::string> socat_to(const std::string& server, const std::string& address) {
    return {"socat", "TCP-LISTEN:" + port_of(address) + ",fork,reuseaddr,bind=" + host_of(address),
            "TCP:" + server};
}

TEST(ForeignProgram, ListensAndHasSeenNoConnection) {
    if (const auto missing = missing_programs({"socat"}); !missing.empty())
        return skip_without(missing);
    const temp_dir dir;
    const auto address = own_address();
    daemon pulsar;
    const foreign_program proxy(dir, socat_to(pulsar.address(), address), address);
    expect_echo(address);
    EXPECT_EQ(number(pulsar.expect_orderly_exit(), "connections"), 1);
}

TEST(ForeignProgram, EndsWithAllThatItStarted) {
    if (const auto missing = missing_programs({"socat"}); !missing.empty())
        return skip_without(missing);
    const temp_dir dir;
    const auto address = own_address();
    daemon pulsar;
    auto proxy =
        std::make_unique<foreign_program>(dir, socat_to(pulsar.address(), address), address);
    auto through_a_child = served(address);
    proxy.reset();
    EXPECT_EQ(through_a_child.receive_until_closed().bytes, "");
    pulsar.expect_orderly_exit();
}

TEST(ForeignProgram, ThrowsWithItsOutputWhenItEndsBefore) {
    const temp_dir dir;
    try {
        const foreign_program broken(dir, {"sh", "-c", "echo what is wrong >&2"}, own_address());
        FAIL();
    } catch (const std::runtime_error& error) {
        EXPECT_TRUE(contains(error.what(), "what is wrong"));
    }
}

TEST(ForeignProgram, OwnAddressesDiffer) {
    EXPECT_NE(own_address(), own_address());
}

TEST(ForeignProgram, NamesWhatIsMissing) {
    EXPECT_EQ(missing_programs({"sh", "no-such-program", "cat"}), "no-such-program");
}

}  // namespace
}  // namespace pulsar::test::foreign_program_test
