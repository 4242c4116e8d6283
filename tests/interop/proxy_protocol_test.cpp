// Programs that others wrote, which begin a connection with a PROXY header. Clients connect from an
// address of their own, so that theirs and the proxy's cannot be taken for each other.

#include "interop/foreign_program.hpp"
#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/expect_echo.hpp"
#include "support/frames.hpp"
#include "support/process.hpp"
#include "support/skip_without.hpp"
#include "support/temp_dir.hpp"
#include "support/text.hpp"
#include "support/unique_fd.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <ostream>
#include <string>
#include <unistd.h>
#include <vector>

namespace pulsar::test::proxy_protocol_test {
namespace {

using strings = std::vector<std::string>;

const std::string client_host = "127.0.0.9";

daemon behind_proxies() {
    return daemon({"--proxy-from", "127.0.0.0/8"});
}

/// That the client is named, and how.
void expect_named(daemon& pulsar, const std::string& kind) {
    const auto opened = pulsar.wait_for("connection", "opened");
    EXPECT_EQ(text(opened, "proxy"), kind);
    EXPECT_EQ(host_of(text(opened, "peer")), client_host);
    EXPECT_NE(host_of(text(opened, "via")), client_host);
}

void expect_named_echo(daemon& pulsar, const std::string& proxy, const std::string& kind) {
    client socket(proxy, 0, client_host + ":0");
    expect_echo(socket);
    EXPECT_EQ(text(pulsar.wait_for("connection", "opened"), "peer"), socket.local_address());
    expect_named(pulsar, kind);
    socket.shutdown_send();
    socket.receive_until_closed();
    const auto closed = pulsar.wait_for("connection", "closed", socket.local_address());
    EXPECT_EQ(number(closed, "bytes_in"), 9);
    pulsar.expect_orderly_exit();
}

/// By a client that speaks TLS, which socat is.
void expect_named_echo_over_tls(daemon& pulsar, const std::string& proxy, const temp_dir& dir,
                                const std::string& kind) {
    const auto address = own_address();
    const foreign_program tls(
        dir,
        {"socat", "-t", "10",
         "TCP-LISTEN:" + port_of(address) + ",bind=" + host_of(address) + ",reuseaddr",
         "OPENSSL:" + proxy + ",verify=0,bind=" + client_host},
        address);
    client socket(address);
    expect_echo(socket);
    expect_named(pulsar, kind);
    socket.close();
    EXPECT_EQ(number(pulsar.wait_for("connection", "closed"), "bytes_in"), 9);
    pulsar.expect_orderly_exit();
}

struct haproxy_option {
    std::string name;
    std::string server;  ///< what is on the line of the server
    std::string kind;

    friend std::ostream& operator<<(std::ostream& out, const haproxy_option& o) {
        return out << o.server;
    }
};

/// Before the daemon, with `options` on the line of the server.
foreign_program haproxy_before(daemon& pulsar, const temp_dir& dir, const std::string& options) {
    const auto address = own_address();
    return {dir, haproxy, address,
            "defaults\n"
            "    mode tcp\n"
            "    timeout connect 5s\n"
            "    timeout client 30s\n"
            "    timeout server 30s\n"
            "listen pulsar\n"
            "    bind " +
                address +
                "\n"
                "    unique-id-format %{+X}o%ci:%cp\n"
                "    server one " +
                pulsar.address() + ' ' + options + "\n"};
}

class HaproxySends : public testing::TestWithParam<haproxy_option> {};

TEST_P(HaproxySends, AHeaderThatNamesTheClient) {
    if (const auto missing = missing_programs({"haproxy"}); !missing.empty())
        return skip_without(missing);
    const temp_dir dir;
    auto pulsar = behind_proxies();
    const auto proxy = haproxy_before(pulsar, dir, GetParam().server);
    expect_named_echo(pulsar, proxy.address(), GetParam().kind);
}

INSTANTIATE_TEST_SUITE_P(
    Option, HaproxySends,
    testing::Values(haproxy_option{"V1", "send-proxy", "v1"},
                    haproxy_option{"V2", "send-proxy-v2", "v2"},
                    haproxy_option{"V2WithMore", "send-proxy-v2 proxy-v2-options crc32c,unique-id",
                                   "v2"}),
    [](const auto& option) { return option.param.name; });

TEST(HaproxyChecks, ByALocalHeader) {
    if (const auto missing = missing_programs({"haproxy"}); !missing.empty())
        return skip_without(missing);
    const temp_dir dir;
    auto pulsar = behind_proxies();
    const auto proxy =
        haproxy_before(pulsar, dir, "send-proxy-v2 check check-send-proxy inter 50ms");
    const auto opened = pulsar.wait_for("connection", "opened");
    EXPECT_EQ(text(opened, "proxy"), "local");
    EXPECT_FALSE(opened.contains("via"));
    pulsar.wait_for_count(2, "connection", "closed");
    EXPECT_TRUE(pulsar.events("connection", "bad proxy header").empty());
    pulsar.expect_orderly_exit();
}

TEST(NginxSends, AHeaderThatNamesTheClient) {
    if (const auto missing = missing_programs({"nginx"}); !missing.empty())
        return skip_without(missing);
    if (::access(stream_module.c_str(), R_OK) != 0) return skip_without("nginx's stream module");
    const temp_dir dir;
    auto pulsar = behind_proxies();
    const auto address = own_address();
    const foreign_program proxy(dir, nginx, address,
                                "load_module " + stream_module +
                                    ";\n"
                                    "events {}\n"
                                    "stream {\n"
                                    "    server {\n"
                                    "        listen " +
                                    address +
                                    ";\n"
                                    "        proxy_pass " +
                                    pulsar.address() +
                                    ";\n"
                                    "        proxy_protocol on;\n"
                                    "        proxy_half_close on;\n"
                                    "    }\n"
                                    "}\n");
    expect_named_echo(pulsar, address, "v1");
}

TEST(StunnelSends, AHeaderThatNamesTheClient) {
    if (const auto missing = missing_programs({"stunnel", "socat", "openssl"}); !missing.empty())
        return skip_without(missing);
    const temp_dir dir;
    write_certificate(dir, "pulsar.pem");
    auto pulsar = behind_proxies();
    const auto address = own_address();
    const foreign_program proxy(dir, stunnel, address,
                                "foreground = yes\n"
                                "pid =\n"
                                "[pulsar]\n"
                                "accept = " +
                                    address +
                                    "\n"
                                    "connect = " +
                                    pulsar.address() +
                                    "\n"
                                    "cert = pulsar.pem\n"
                                    "protocol = proxy\n");
    expect_named_echo_over_tls(pulsar, address, dir, "v1");
}

TEST(HitchSends, AHeaderThatNamesTheClient) {
    if (const auto missing = missing_programs({"hitch", "socat", "openssl"}); !missing.empty())
        return skip_without(missing);
    const temp_dir dir;
    write_certificate(dir, "pulsar.pem");
    auto pulsar = behind_proxies();
    const auto address = own_address();
    // It does not serve as root.
    const auto* const user = ::geteuid() == 0 ? "user = \"nobody\"\n" : "";
    const foreign_program proxy(dir, hitch, address,
                                "frontend = {\n"
                                "    host = \"" +
                                    host_of(address) +
                                    "\"\n"
                                    "    port = \"" +
                                    port_of(address) +
                                    "\"\n"
                                    "}\n"
                                    "backend = \"[127.0.0.1]:" +
                                    pulsar.port() +
                                    "\"\n"
                                    "pem-file = \"pulsar.pem\"\n"
                                    "workers = 1\n"
                                    "write-proxy-v2 = on\n" +
                                    user);
    expect_named_echo_over_tls(pulsar, address, dir, "v2");
}

TEST(CurlSends, AHeaderWithItsOwnAddress) {
    if (const auto missing = missing_programs({"curl"}); !missing.empty())
        return skip_without(missing);
    const temp_dir dir;
    auto pulsar = behind_proxies();
    write_file(dir / "frame", frame("HELLO"));
    const unique_fd input(::open((dir / "frame").c_str(), O_RDONLY | O_CLOEXEC));
    {
        process curl({.command = {"curl", "-sN", "--haproxy-protocol", "--interface", client_host,
                                  "telnet://" + pulsar.address()},
                      .standard = {input.get(), launch::piped, launch::piped}});
        EXPECT_TRUE(eventually([&] { return curl.out().text() == frame("HELLO"); }));
    }  // it does not end with its input
    const auto opened = pulsar.wait_for("connection", "opened");
    EXPECT_EQ(text(opened, "proxy"), "v1");
    EXPECT_EQ(text(opened, "peer"), text(opened, "via"));
    EXPECT_EQ(host_of(text(opened, "peer")), client_host);
    EXPECT_EQ(number(pulsar.wait_for("connection", "closed"), "frames"), 1);
    pulsar.expect_orderly_exit();
}

}  // namespace
}  // namespace pulsar::test::proxy_protocol_test
