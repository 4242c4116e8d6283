// Proxies that others wrote, and that read the PROXY header which pulsar-bench begins a connection
// with. HAProxy tells the daemon behind it whom it takes the client for, nginx writes to a log what
// the header claims and what is true.

#include "interop/foreign_program.hpp"
#include "support/bench.hpp"
#include "support/check_call.hpp"
#include "support/daemon.hpp"
#include "support/markdown.hpp"
#include "support/network_namespace.hpp"
#include "support/process.hpp"
#include "support/skip_without.hpp"
#include "support/temp_dir.hpp"
#include "support/text.hpp"
#include "support/unique_fd.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <arpa/inet.h>
#include <cstddef>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace pulsar::test::proxy_readers_test {
namespace {

using strings = std::vector<std::string>;

constexpr std::size_t connections = 4;
const std::string client_host = "127.0.0.9";

/// Whether a listener is there, by the kernel's table, unix(7). HAProxy has bound it under a longer
/// name, and listens a moment after it does on IPv4.
bool listens(const std::string& path) {
    const auto table = lines_of(read_file("/proc/net/unix"));
    return std::ranges::any_of(table, [&](const std::string& line) {
        return line.find(" 00010000 ") != line.npos && line.find(path) != line.npos;
    });
}

/// A line of version 1 may spell an IPv6 address in full.
std::string shortened(const std::string& word) {
    in6_addr address{};
    if (::inet_pton(AF_INET6, word.c_str(), &address) != 1) return word;
    char text[INET6_ADDRSTRLEN];
    return ::inet_ntop(AF_INET6, &address, text, sizeof text);
}

/// A port of ::1 that the kernel gives to nobody else while this lives. A server that has set
/// SO_REUSEADDR can listen on it.
class ipv6_port {
  public:
    ipv6_port() : held_(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        check_call(held_.get(), "socket");
        const int on = 1;
        check_call(::setsockopt(held_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on),
                   "setsockopt");
        sockaddr_in6 where{};
        where.sin6_family = AF_INET6;
        where.sin6_addr = in6addr_loopback;
        socklen_t size = sizeof where;
        auto* const address = reinterpret_cast<sockaddr*>(&where);
        check_call(::bind(held_.get(), address, size), "bind");
        check_call(::getsockname(held_.get(), address, &size), "getsockname");
        address_ = "[::1]:" + std::to_string(ntohs(where.sin6_port));
    }

    [[nodiscard]] const std::string& address() const { return address_; }

  private:
    unique_fd held_;
    std::string address_;
};

void expect_all_echoed_at(const std::string& address, const std::string& version,
                          const strings& more = {}) {
    strings flags{address, "--proxy-protocol", version, "-c", std::to_string(connections), "-n",
                  "400"};
    flags.insert(flags.end(), more.begin(), more.end());
    EXPECT_EQ(expect_all_echoed(flags).count("frames"), 400);
}

class HaproxyReader : public testing::Test {
  protected:
    void SetUp() override {
        if (const auto missing = missing_programs({"haproxy", "socat"}); !missing.empty())
            skip_without(missing);
    }

    /// It listens on IPv4, and before that on `more`. In the log of each connection stand client,
    /// server, and whether a header said so.
    [[nodiscard]] foreign_program started(const std::string& more) {
        return {dir_, haproxy, address_,
                "global\n"
                "    log stdout format raw local0\n"
                "defaults\n"
                "    mode tcp\n"
                "    timeout connect 5s\n"
                "    timeout client 30s\n"
                "    timeout server 30s\n"
                "listen pulsar\n"
                "    log global\n"
                "    log-format \"%ci:%cp %fi:%fp %[fc_rcvd_proxy]\"\n" +
                    (more.empty() ? "" : "    bind " + more + " accept-proxy\n") + "    bind " +
                    address_ + " accept-proxy\n    server one " + pulsar_.address() +
                    " send-proxy-v2\n"};
    }

    /// All that it logs: a line for each connection.
    static strings logged_by(foreign_program& proxy) {
        strings lines;
        EXPECT_TRUE(eventually([&] {
            lines = lines_of(proxy.child().out().text());
            return lines.size() >= connections;
        }));
        EXPECT_EQ(lines.size(), connections);
        return lines;
    }

    const temp_dir dir_;
    daemon pulsar_{{"--proxy-from", "127.0.0.0/8"}};
    const std::string address_ = own_address();
};

/// A header of that version.
class HaproxyReads : public HaproxyReader, public testing::WithParamInterface<std::string> {};

/// A proxy between them that does not know of headers: what HAProxy tells it has read.
TEST_P(HaproxyReads, WhoTheClientIs) {
    auto proxy = started("");
    const auto hop_address = own_address();
    const foreign_program hop(dir_,
                              {"socat", "-t", "60",
                               "TCP-LISTEN:" + port_of(hop_address) +
                                   ",bind=" + host_of(hop_address) + ",fork,reuseaddr,backlog=1024",
                               "TCP:" + address_},
                              hop_address);
    expect_all_echoed_at(hop_address, GetParam(), {"--source", client_host});
    for (const auto& line : logged_by(proxy)) {
        const auto words = words_of(line);
        ASSERT_EQ(words.size(), 3U) << line;
        EXPECT_EQ(host_of(words[0]), client_host);
        EXPECT_EQ(words[1], hop_address);
        EXPECT_EQ(words[2], "1");
    }
    for (const auto& opened : pulsar_.wait_for_count(connections, "connection", "opened"))
        EXPECT_EQ(host_of(text(opened, "peer")), client_host);
    pulsar_.expect_orderly_exit();
}

TEST_P(HaproxyReads, WhoTheClientIsOverIpv6) {
    if (!has_ipv6()) GTEST_SKIP() << "the loopback interface has no IPv6";
    const ipv6_port port;
    auto proxy = started("::1:" + port_of(port.address()));
    expect_all_echoed_at(port.address(), GetParam());
    for (const auto& line : logged_by(proxy)) {
        EXPECT_TRUE(line.starts_with("::1:")) << line;
        EXPECT_TRUE(line.ends_with(" ::1:" + port_of(port.address()) + " 1\n")) << line;
    }
    for (const auto& opened : pulsar_.wait_for_count(connections, "connection", "opened"))
        EXPECT_EQ(host_of(text(opened, "peer")), "[::1]");
    pulsar_.expect_orderly_exit();
}

class NginxReader : public testing::Test {
  protected:
    void SetUp() override {
        if (const auto missing = missing_programs({"nginx"}); !missing.empty())
            return skip_without(missing);
        if (::access(stream_module.c_str(), R_OK) != 0) skip_without("nginx's stream module");
    }

    /// It listens on IPv4, and before that on `more`. In the log of each connection stand the two
    /// addresses that the header claims, and those that the connection has.
    [[nodiscard]] foreign_program started(const std::string& more) {
        return {dir_, nginx, address_,
                "load_module " + stream_module +
                    ";\n"
                    "events {}\n"
                    "stream {\n"
                    "    log_format both '$proxy_protocol_addr $proxy_protocol_port"
                    " $proxy_protocol_server_addr $proxy_protocol_server_port"
                    " $remote_addr $remote_port $server_addr $server_port';\n"
                    "    access_log both.log both;\n"
                    "    server {\n" +
                    (more.empty() ? "" : "        listen " + more + " proxy_protocol;\n") +
                    "        listen " + address_ +
                    " proxy_protocol;\n"
                    "        proxy_pass " +
                    pulsar_.address() +
                    ";\n"
                    "        proxy_half_close on;\n"
                    "    }\n"
                    "}\n"};
    }

    /// The words of each line of the log, which has one for each connection.
    [[nodiscard]] std::vector<strings> logged() const {
        strings lines;
        EXPECT_TRUE(eventually([&] {
            lines = lines_of(read_file(dir_ / "both.log"));
            return lines.size() >= connections;
        }));
        EXPECT_EQ(lines.size(), connections);
        std::vector<strings> words;
        for (const auto& line : lines) {
            words.push_back(words_of(line));
            std::ranges::transform(words.back(), words.back().begin(), shortened);
        }
        return words;
    }

    void expect_true_claims(const std::string& client, const std::string& server) const {
        for (const auto& words : logged()) {
            ASSERT_EQ(words.size(), 8U);
            EXPECT_EQ(words[0], client);
            EXPECT_EQ(words[2], server);
            const auto middle = words.begin() + 4;
            EXPECT_EQ(strings(words.begin(), middle), strings(middle, words.end()));
        }
    }

    const temp_dir dir_;
    daemon pulsar_;
    const std::string address_ = own_address();
};

/// A header of that version.
class NginxReads : public NginxReader, public testing::WithParamInterface<std::string> {};

TEST_P(NginxReads, TrueClaims) {
    const auto proxy = started("");
    expect_all_echoed_at(address_, GetParam(), {"--source", client_host});
    expect_true_claims(client_host, host_of(address_));
    pulsar_.expect_orderly_exit();
}

TEST_P(NginxReads, TrueClaimsOverIpv6) {
    if (!has_ipv6()) GTEST_SKIP() << "the loopback interface has no IPv6";
    const ipv6_port port;
    const auto proxy = started(port.address());
    expect_all_echoed_at(port.address(), GetParam());
    expect_true_claims("::1", "::1");
    pulsar_.expect_orderly_exit();
}

INSTANTIATE_TEST_SUITE_P(Version, HaproxyReads, testing::Values("v1", "v2"),
                         [](const auto& version) { return version.param; });
INSTANTIATE_TEST_SUITE_P(Version, NginxReads, testing::Values("v1", "v2"),
                         [](const auto& version) { return version.param; });

// Neither HAProxy 2.6 nor nginx 1.22 reads the addresses of Unix sockets in a header of version 2.

TEST_F(HaproxyReader, TakesAHeaderWithoutNamesOnAUnixSocket) {
    const auto path = dir_ / "socket";
    auto proxy = started("unix@" + path);
    ASSERT_TRUE(eventually([&] { return listens(path); }));
    expect_all_echoed_at("unix:" + path, "v1");
    for (const auto& line : logged_by(proxy))
        EXPECT_TRUE(line.ends_with(" 1\n")) << line;
    pulsar_.expect_orderly_exit();
}

TEST_F(NginxReader, TakesAHeaderWithoutNamesOnAUnixSocket) {
    const auto path = dir_ / "socket";
    const auto proxy = started("unix:" + path);
    expect_all_echoed_at("unix:" + path, "v1");
    for (const auto& words : logged())
        EXPECT_EQ(words.front(), "-");
    pulsar_.expect_orderly_exit();
}

}  // namespace
}  // namespace pulsar::test::proxy_readers_test
