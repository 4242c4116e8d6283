// HTTP on --admin: what it answers, to whom, and for how long.

#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/expect_echo.hpp"
#include "support/expect_time.hpp"
#include "support/failed_start.hpp"
#include "support/flooder.hpp"
#include "support/frames.hpp"
#include "support/http.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"
#include "support/text.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

namespace pulsar::test::admin_test {
namespace {

using namespace std::chrono_literals;
using strings = std::vector<std::string>;

class Admin : public testing::Test {
  protected:
    static strings flags(strings more = {}) {
        more.insert(more.end(), {"--admin", "127.0.0.1:0"});
        return more;
    }
};

TEST_F(Admin, IsLoggedAsListeningWithItsRealPort) {
    daemon pulsar(flags());
    const auto listening = pulsar.events("server", "listening");
    ASSERT_EQ(listening.size(), 2u);
    EXPECT_FALSE(listening[0].contains("admin"));
    EXPECT_EQ(listening[1].at("admin"), true);
    EXPECT_NE(pulsar.admin_address(), pulsar.address());
    EXPECT_FALSE(pulsar.admin_address().ends_with(":0"));
    pulsar.expect_orderly_exit();
}

TEST_F(Admin, AnswersProbesWhileItServes) {
    daemon pulsar(flags());
    for (const auto* path : {"/livez", "/healthz", "/readyz", "/readyz?verbose=1&x=/nope"}) {
        SCOPED_TRACE(path);
        const auto response = http_get(pulsar.admin_address(), path);
        EXPECT_EQ(response.status, 200);
        EXPECT_EQ(response.body, "ok");
        EXPECT_EQ(response.fields.at("content-type"), "text/plain; charset=utf-8");
        EXPECT_TRUE(response.fields.contains("date"));
    }
    EXPECT_TRUE(pulsar.events("connection", "opened").empty()) << "it counts for nothing";
    EXPECT_EQ(number(pulsar.report(), "opened"), 0);
    pulsar.expect_orderly_exit();
}

TEST_F(Admin, ListsItsPaths) {
    daemon pulsar(flags());
    const auto root = http_get(pulsar.admin_address(), "/");
    EXPECT_EQ(root.status, 200);
    EXPECT_TRUE(root.body.ends_with('\n'));
    const auto paths = words_of(root.body);
    EXPECT_GE(paths.size(), 3u);
    for (const auto& path : paths)
        EXPECT_EQ(http_get(pulsar.admin_address(), path).status, 200) << path;
    pulsar.expect_orderly_exit();
}

TEST_F(Admin, IsNotReadyFromTheFirstSignalOnAndAliveToTheEnd) {
    daemon pulsar(flags({"--drain-delay", "1s"}));
    auto unfinished = served(pulsar.address());
    unfinished.send_all(header(5));
    client probe(pulsar.admin_address());
    const auto ask = [&](const char* path) {
        probe.send_all(http_request(path));
        return receive_response(probe);
    };
    EXPECT_EQ(ask("/readyz").status, 200);
    pulsar.child().send(SIGTERM);
    pulsar.wait_for("server", "drain delayed");
    const auto delayed = ask("/readyz");
    EXPECT_EQ(delayed.status, 503);
    EXPECT_EQ(delayed.body, "draining");
    EXPECT_EQ(ask("/livez").status, 200);
    EXPECT_TRUE(contains(ask("/metrics").body, "\npulsar_draining 1\n"));
    pulsar.wait_for("server", "draining");
    EXPECT_EQ(ask("/readyz").status, 503);
    EXPECT_EQ(ask("/livez").body, "ok");
    EXPECT_EQ(http_get(pulsar.admin_address(), "/healthz").body, "ok");
    unfinished.send_all("HELLO");
    EXPECT_EQ(unfinished.receive_until_eof(), frame("HELLO"));
    unfinished.close();
    pulsar.expect_orderly_end();
    EXPECT_EQ(probe.receive_until_closed().bytes, "");
    EXPECT_FALSE(accepts(pulsar.admin_address()));
}

TEST_F(Admin, AnAddressInUseIsNamedAndExit1) {
    daemon holder;
    const auto address = holder.address();
    const auto result = run(pulsar_with({"--listen", "127.0.0.1:0", "--admin", address}));
    EXPECT_EQ(result.how, exited(1));
    expect_complaint("pulsar", result.err, {address, "in use"});
    holder.expect_orderly_exit();
}

TEST_F(Admin, TheAddressOfAListenerIsBadUsage) {
    const auto result = run(pulsar_with({"--listen", "127.0.0.1:7", "--admin", "127.0.0.1:7"}));
    EXPECT_EQ(result.how, exited(2));
    expect_complaint("pulsar", result.err, {"--admin", "127.0.0.1:7"});
}

TEST_F(Admin, AUnixSocketIsRemovedAtTheEnd) {
    const temp_dir dir;
    const auto path = dir / "admin";
    daemon pulsar({"--admin", "unix:" + path, "--unix-mode", "0660"});
    EXPECT_EQ(pulsar.admin_address(), "unix:" + path);
    EXPECT_EQ(static_cast<unsigned>(std::filesystem::status(path).permissions()), 0660u);
    EXPECT_EQ(http_get(pulsar.admin_address(), "/readyz").body, "ok");
    pulsar.expect_orderly_exit();
    EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(Admin, EndsWithTheProcessWhateverItsClientsDo) {
    daemon pulsar(flags());
    std::vector<client> clients;
    for (int i = 0; i < 30; ++i) {
        clients.emplace_back(pulsar.admin_address());
        if (i % 3 == 1) clients.back().send_all("GET /rea");
        if (i % 3 == 2) clients.back().send_all("nonsense\r\n\r\n");
    }
    ASSERT_EQ(http_get(pulsar.admin_address(), "/readyz").status, 200);
    const auto begin = std::chrono::steady_clock::now();
    pulsar.child().send(SIGTERM);
    pulsar.expect_orderly_end();
    expect_time(std::chrono::steady_clock::now() - begin, 0ms);
}

TEST_F(Admin, EndsWithTheProcessUnderAFloodOfRequests) {
    daemon pulsar(flags());
    std::string many;
    for (int i = 0; i < 500; ++i)
        many += http_request("/livez");
    const flooder flood(pulsar.admin_address(), many);
    ASSERT_TRUE(eventually([&] { return flood.echoed() > 0; }));
    pulsar.child().send(SIGTERM);
    pulsar.expect_orderly_end();
}

}  // namespace
}  // namespace pulsar::test::admin_test
