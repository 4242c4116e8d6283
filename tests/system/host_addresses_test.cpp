// Hosts that have several addresses, zones, and what the kernel or a look-up says of an address.

#include "support/bench.hpp"
#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/expect_echo.hpp"
#include "support/failed_start.hpp"
#include "support/network_namespace.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace pulsar::test::host_addresses_test {
namespace {

using strings = std::vector<std::string>;

TEST(HostAddresses, AMappedOneIsThatIpv4Address) {
    daemon pulsar({"--listen", "[::ffff:127.0.0.1]:0"});
    EXPECT_EQ(pulsar.address(), "127.0.0.1:" + pulsar.port());
    served(pulsar.address()).close();
    const auto mapped = "[::ffff:127.0.0.1]:" + pulsar.port();
    EXPECT_GT(expect_all_echoed({mapped, "-w", "0s", "-n", "100"}).count("frames"), 0);
    pulsar.expect_orderly_exit();
}

/// The address of each listener, in order.
std::vector<std::string> listening(daemon& pulsar) {
    std::vector<std::string> addresses;
    for (const auto& event : pulsar.events("server", "listening"))
        addresses.push_back(text(event, "address"));
    return addresses;
}

void expect_all_served(daemon& pulsar) {
    for (const auto& address : listening(pulsar)) {
        auto socket = served(address);
        EXPECT_EQ(text(pulsar.wait_for("connection", "opened", socket.local_address()), "local"),
                  address);
        socket.close();
    }
    pulsar.expect_orderly_exit();
}

TEST(HostAddresses, BothFamiliesOnOnePortInTwoListeners) {
    expect_to_pass_in_network_namespace([] {
        for (const strings& order :
             {strings{"0.0.0.0:7001", "[::]:7001"}, strings{"[::]:7001", "0.0.0.0:7001"}}) {
            daemon pulsar({"--listen", order[0], "--listen", order[1]});
            EXPECT_EQ(listening(pulsar), order);
            client v4("127.0.0.1:7001");
            expect_echo(v4);
            client v6("[::1]:7001");
            expect_echo(v6);
            pulsar.wait_for("connection", "opened", v4.local_address());
            pulsar.wait_for("connection", "opened", v6.local_address());
            v4.close();
            v6.close();
            pulsar.expect_orderly_exit();
        }
    });
}

TEST(HostAddresses, AZoneIsLogged) {
    expect_to_pass_in_network_namespace([] {
        add_ipv6_address("fe80::1");
        for (const auto* zone : {"lo", "1"}) {
            daemon pulsar({"--listen", std::string("[fe80::1%") + zone + "]:0"});
            EXPECT_EQ(pulsar.address(), "[fe80::1%lo]:" + pulsar.port());
            client socket(pulsar.address());
            expect_echo(socket);
            const auto opened = pulsar.wait_for("connection", "opened");
            EXPECT_EQ(text(opened, "local"), pulsar.address());
            EXPECT_EQ(text(opened, "peer"), socket.local_address());
            EXPECT_TRUE(text(opened, "peer").starts_with("[fe80::1%lo]:"));
            socket.close();
            expect_all_echoed({pulsar.address(), "-w", "0s", "-n", "100"});
            pulsar.expect_orderly_exit();
        }
    });
}

const auto two_addresses = "127.0.0.1 several.test\n127.0.0.2 several.test\n";

TEST(HostAddresses, EachOfAHostIsListenedOn) {
    expect_to_pass_in_network_namespace([] {
        set_hosts(std::string(two_addresses) + "::1 several.test\n");
        daemon pulsar({"--listen", "several.test:7001"});
        auto addresses = listening(pulsar);
        std::sort(addresses.begin(), addresses.end());
        EXPECT_EQ(addresses, (strings{"127.0.0.1:7001", "127.0.0.2:7001", "[::1]:7001"}));
        EXPECT_TRUE(pulsar.events("listener", "not bound").empty());
        expect_all_served(pulsar);
    });
}

TEST(HostAddresses, PortZeroIsOneForAllOfAHost) {
    expect_to_pass_in_network_namespace([] {
        set_hosts(std::string(two_addresses) + "::1 several.test\n");
        daemon pulsar({"--listen", "several.test:0", "--listen", "several.test:0"});
        const auto addresses = listening(pulsar);
        ASSERT_EQ(addresses.size(), 6u);
        std::map<std::string, int> ports;
        for (const auto& address : addresses)
            ++ports[address.substr(address.rfind(':'))];
        EXPECT_EQ(ports.size(), 2u) << "one for each --listen";
        for (const auto& [port, count] : ports)
            EXPECT_EQ(count, 3) << port;
        expect_all_served(pulsar);
    });
}

const std::string port_range = "/proc/sys/net/ipv4/ip_local_port_range";

/// Flags that listen on each of these ports of 127.0.0.2 but one.
strings all_of_the_second(int first, int last, int but = 0) {
    strings flags;
    for (int port = first; port <= last; ++port) {
        if (port != but)
            flags.insert(flags.end(), {"--listen", "127.0.0.2:" + std::to_string(port)});
    }
    return flags;
}

TEST(HostAddresses, PortZeroIsAnotherWhereOneIsTaken) {
    expect_to_pass_in_network_namespace([] {
        set_hosts(two_addresses);
        write_file(port_range, "40000 40007");
        daemon holder(all_of_the_second(40000, 40007, 40006));
        daemon pulsar({"--listen", "several.test:0"});
        EXPECT_EQ(listening(pulsar), (strings{"127.0.0.1:40006", "127.0.0.2:40006"}));
        write_file(port_range, "41000 42000");  // for the clients
        EXPECT_TRUE(pulsar.events("listener", "not bound").empty());
        expect_all_served(pulsar);
        holder.expect_orderly_exit();
    });
}

TEST(HostAddresses, APortZeroThatIsTakenAgainAndAgainIsAWarning) {
    expect_to_pass_in_network_namespace([] {
        set_hosts(two_addresses);
        write_file(port_range, "40000 40063");
        daemon holder(all_of_the_second(40000, 40063));
        daemon pulsar({"--listen", "several.test:0"});
        EXPECT_EQ(listening(pulsar), strings{"127.0.0.1:" + pulsar.port()});
        const auto warning = pulsar.wait_for("listener", "not bound");
        EXPECT_EQ(text(warning, "address"), "127.0.0.2:" + pulsar.port());
        EXPECT_EQ(pulsar.events("listener", "not bound").size(), 1u);
        pulsar.expect_orderly_exit();
        holder.expect_orderly_exit();
    });
}

TEST(HostAddresses, OneOfAHostThatCannotBeBoundIsAWarning) {
    expect_to_pass_in_network_namespace([] {
        // 203.0.113.0/24 is for documentation (RFC 5737) and belongs to no interface.
        set_hosts(std::string(two_addresses) + "203.0.113.1 several.test\n");
        daemon holder({"--listen", "127.0.0.1:7001"});
        daemon pulsar({"--listen", "several.test:7001"});
        EXPECT_EQ(listening(pulsar), strings{"127.0.0.2:7001"});
        std::map<std::string, std::string> not_bound;
        for (const auto& warning : pulsar.events("listener", "not bound")) {
            EXPECT_EQ(text(warning, "level"), "warn");
            not_bound[text(warning, "address")] = text(warning, "error");
        }
        EXPECT_EQ(not_bound, (std::map<std::string, std::string>{
                                 {"127.0.0.1:7001", "Address already in use"},
                                 {"203.0.113.1:7001", "Cannot assign requested address"}}));
        expect_all_served(pulsar);
        holder.expect_orderly_exit();
    });
}

TEST(HostAddresses, AHostOfWhichNoneCanBeBoundIsAFailedStart) {
    expect_to_pass_in_network_namespace([] {
        set_hosts("127.0.0.1 several.test\n203.0.113.1 several.test\n");
        daemon holder({"--listen", "127.0.0.1:7001"});
        expect_failed_start(
            pulsar_with({"--listen", "several.test:7001"}),
            {"cannot listen on several.test:7001: ", "127.0.0.1:7001: Address already in use",
             "203.0.113.1:7001: Cannot assign requested address"});
        holder.expect_orderly_exit();
    });
}

TEST(HostAddresses, AnOverlapIsAFailedStart) {
    expect_to_pass_in_network_namespace([] {
        expect_failed_start(pulsar_with({"--listen", ":7001", "--listen", "127.0.0.1:7001"}),
                            {"cannot listen on 127.0.0.1:7001: Address already in use"});
        expect_failed_start(pulsar_with({"--listen", "127.0.0.1:7001", "--listen", ":7001"}),
                            {"cannot listen on :7001: Address already in use"});
    });
}

TEST(HostAddresses, PulsarBenchNamesAnUnknownZone) {
    expect_refusal({"[fe80::1%nosuch0]:7001"}, 1,
                   {"cannot find [fe80::1%nosuch0]:7001: No such device"}, bench_grace);
}

TEST(HostAddresses, AnUnknownZoneIsAFailedStart) {
    expect_failed_start(pulsar_with({"--listen", "[fe80::1%nosuch0]:7001"}),
                        {"cannot listen on [fe80::1%nosuch0]:7001: No such device"});
}

}  // namespace
}  // namespace pulsar::test::host_addresses_test
