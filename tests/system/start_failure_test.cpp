#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/expect_echo.hpp"
#include "support/failed_start.hpp"
#include "support/frames.hpp"
#include "support/process.hpp"
#include "support/sanitizers.hpp"
#include "support/temp_dir.hpp"
#include "support/text.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <linux/capability.h>
#include <string>
#include <vector>

namespace pulsar::test::start_failure_test {
namespace {

TEST(StartFailure, AddressInUse) {
    daemon holder;
    expect_failed_start(pulsar_with({"--listen", holder.address()}),
                        {holder.address(), "Address already in use"});
    client unharmed(holder.address());
    expect_echo(unharmed);
    unharmed.close();
    holder.expect_orderly_exit();
}

TEST(StartFailure, OneBadAddressAmongGoodOnes) {
    const temp_dir dir;
    const auto socket = dir / "socket";
    daemon holder;
    expect_failed_start(pulsar_with({"--listen", "unix:" + socket, "--listen", holder.address()}),
                        {holder.address(), "Address already in use"});
    EXPECT_THROW(client("unix:" + socket), std::system_error);
    EXPECT_FALSE(std::filesystem::exists(socket));
    holder.expect_orderly_exit();
}

TEST(StartFailure, NoPermissionForAPrivilegedPort) {
    if (std::stoi(read_file("/proc/sys/net/ipv4/ip_unprivileged_port_start")) <= 1) {
        GTEST_SKIP() << "every user may listen on port 1 here";
    }
    auto how = pulsar_with({"--listen", "127.0.0.1:1"});
    how.without_capability = CAP_NET_BIND_SERVICE;
    expect_failed_start(how, {"127.0.0.1:1", "Permission denied"});
}

TEST(StartFailure, NoSuchHost) {
    expect_failed_start(pulsar_with({"--listen", "nohost.invalid:0"}), {"nohost.invalid:0"});
}

TEST(StartFailure, NoSuchAddressHere) {
    // 203.0.113.0/24 is for documentation (RFC 5737) and belongs to no interface.
    expect_failed_start(pulsar_with({"--listen", "203.0.113.1:0"}),
                        {"203.0.113.1:0", "Cannot assign requested address"});
}

TEST(StartFailure, UnwritableLogFile) {
    const temp_dir dir;
    const auto missing = dir / "missing/log";
    const auto listen = "unix:" + (dir / "socket");
    expect_failed_start(pulsar_with({"--listen", listen, "--log-file", missing}),
                        {missing, "No such file or directory"});
    expect_failed_start(pulsar_with({"--listen", listen, "--log-file", dir / ""}),
                        {dir / "", "Is a directory"});
    EXPECT_FALSE(std::filesystem::exists(dir / "socket"));
}

TEST(StartFailure, AllDescriptorsUsedUp) {
    // UBSan, built with ASan here, opens a pipe to check a vptr and takes EMFILE for a fault.
    if (address_sanitizer()) GTEST_SKIP() << "a sanitizer needs descriptors of its own";
    int refused = 0;
    for (rlim_t limit = 4; limit <= 8; ++limit) {
        auto how = pulsar_with({"--listen", "127.0.0.1:0", "--threads", "4"});
        how.limits = {{RLIMIT_NOFILE, limit}};
        const auto result = run(how);
        if (result.how == exited(127)) continue;  // too few for the dynamic linker
        EXPECT_EQ(result.how, exited(1)) << limit;
        expect_complaint("pulsar", result.err, {"Too many open files"});
        ++refused;
    }
    EXPECT_GT(refused, 0);
}

TEST(StartFailure, MaxConnectionsIsLoweredToTheDescriptorsThereAre) {
    launch how;
    how.limits = {{RLIMIT_NOFILE, 64}};
    daemon pulsar({"--threads", "1"}, how);
    const auto lowered = number(pulsar.wait_for("server", "started"), "max_connections");
    EXPECT_GT(lowered, 0);
    EXPECT_LT(lowered, 64);
    const auto& events = pulsar.events();
    EXPECT_TRUE(std::any_of(events.begin(), events.end(),
                            [](const event& logged) { return text(logged, "level") == "warn"; }));

    std::vector<client> clients;
    for (std::int64_t i = 0; i < lowered; ++i) {
        clients.emplace_back(pulsar.address());
        clients.back().send_all(frame("HELLO"));
        ASSERT_EQ(clients.back().receive_exactly(9), frame("HELLO")) << i;
    }
    clients.clear();
    pulsar.expect_orderly_exit();
}

}  // namespace
}  // namespace pulsar::test::start_failure_test
