// What HTTP clients of --admin may do, and what it costs whom.

#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/expect_echo.hpp"
#include "support/expect_time.hpp"
#include "support/frames.hpp"
#include "support/http.hpp"
#include "support/json.hpp"
#include "support/process_usage.hpp"
#include "support/temp_dir.hpp"
#include "support/text.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace pulsar::test::admin_clients_test {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t places = 64;

class AdminClients : public testing::Test {
  protected:
    std::string address() { return pulsar_.admin_address(); }

    /// Sends, and expects an answer of this status and then the end of the stream, in order.
    void expect_refusal(const std::string& sent, int status) {
        client socket(address());
        socket.send_all(sent);
        EXPECT_EQ(receive_response(socket).status, status) << sent.substr(0, 60);
        EXPECT_EQ(socket.receive_until_eof(), "");
    }

    daemon pulsar_{{"--admin", "127.0.0.1:0", "--threads", "1"}};
};

TEST_F(AdminClients, NonsenseIsAnswered400) {
    expect_refusal("nonsense\r\n\r\n", 400);
    expect_refusal("GET /livez HTTP/1.1\r\n\r\n", 400);
    expect_refusal("GET /livez HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabcde", 400);
    expect_refusal(std::string(40, '\0') + "\r\n\r\n", 400);
    client cut(address());
    cut.send_all("GET /livez HTT");
    cut.shutdown_send();
    EXPECT_EQ(receive_response(cut).status, 400);
    pulsar_.expect_orderly_exit();
}

TEST_F(AdminClients, TooMuchIsAnswered431ThatCanBeRead) {
    expect_refusal("GET /" + std::string(8192, 'x'), 431);
    expect_refusal("GET / HTTP/1.1\r\nX: " + std::string(100'000, 'x'), 431);
    pulsar_.expect_orderly_exit();
}

TEST_F(AdminClients, OtherPathsAre404AndOtherMethods405) {
    client socket(address());
    socket.send_all(http_request("/nope"));
    EXPECT_EQ(receive_response(socket).status, 404);
    socket.send_all(http_request("/livez", "DELETE"));
    const auto refused = receive_response(socket);
    EXPECT_EQ(refused.status, 405);
    EXPECT_EQ(refused.fields.at("allow"), "GET, HEAD");
    socket.send_all(http_request("/livez"));
    EXPECT_EQ(receive_response(socket).status, 200) << "on the same connection";
    socket.close();
    expect_refusal(http_request("/livez", "POST", "Content-Length: 5\r\n") + "abcde", 405);
    expect_refusal(http_request("/livez", "POST", "Content-Length: 2000000\r\n"), 405);
    pulsar_.expect_orderly_exit();
}

TEST_F(AdminClients, HeadHasTheFieldsOfGetAndNoBody) {
    client socket(address());
    for (const auto* path : {"/livez", "/readyz", "/metrics", "/", "/nope"}) {
        SCOPED_TRACE(path);
        socket.send_all(http_request(path, "HEAD"));
        const auto head = receive_response(socket, true);
        socket.send_all(http_request(path));
        const auto get = receive_response(socket);
        EXPECT_EQ(head.status, get.status);
        EXPECT_EQ(head.fields.at("content-type"), get.fields.at("content-type"));
        EXPECT_TRUE(head.fields.contains("content-length"));
    }
    socket.send_all(http_request("/connections", "HEAD"));
    EXPECT_EQ(receive_response(socket, true).fields.at("transfer-encoding"), "chunked");
    socket.send_all(http_request("/livez"));
    EXPECT_EQ(receive_response(socket).body, "ok") << "nothing was in between";
    socket.close();
    pulsar_.expect_orderly_exit();
}

TEST_F(AdminClients, PipelinedRequestsAreAnsweredInOrder) {
    client socket(address());
    socket.send_all(http_request("/livez") + http_request("/nope") + http_request("/connections") +
                    http_request("/readyz", "GET", "Connection: close\r\n") +
                    http_request("/livez"));
    EXPECT_EQ(receive_response(socket).status, 200);
    EXPECT_EQ(receive_response(socket).status, 404);
    EXPECT_EQ(receive_response(socket).body, "");
    const auto last = receive_response(socket);
    EXPECT_EQ(last.status, 200);
    EXPECT_EQ(last.fields.at("connection"), "close");
    EXPECT_EQ(socket.receive_until_eof(), "");
    socket.close();
    pulsar_.expect_orderly_exit();
}

TEST_F(AdminClients, OfVersion10NeedNoHostAndAreClosed) {
    client socket(address());
    socket.send_all("GET /readyz HTTP/1.0\r\n\r\n");
    EXPECT_EQ(receive_response(socket).body, "ok");
    EXPECT_EQ(socket.receive_until_eof(), "");
    client kept(address());
    kept.send_all("GET /livez HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_EQ(receive_response(kept).fields.at("connection"), "keep-alive");
    kept.send_all("GET /connections HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    const auto list = receive_response(kept);
    EXPECT_FALSE(list.fields.contains("transfer-encoding"));
    EXPECT_EQ(list.body, "");
    pulsar_.expect_orderly_exit();
}

TEST_F(AdminClients, ThatAreTooSlowAreToldSo) {
    const auto begin = std::chrono::steady_clock::now();
    client silent(address());
    client slow(address());
    slow.send_all("GET /livez HTTP/1.1\r\nHost");
    client between(address());
    between.send_all(http_request("/livez"));
    EXPECT_EQ(receive_response(between).status, 200);
    EXPECT_EQ(receive_response(slow).status, 408);
    expect_time(std::chrono::steady_clock::now() - begin, 5s);
    EXPECT_EQ(slow.receive_until_eof(), "");
    EXPECT_EQ(receive_response(silent).status, 408);
    EXPECT_EQ(between.receive_until_eof(), "") << "it had asked for nothing more";
    pulsar_.expect_orderly_exit();
}

TEST_F(AdminClients, BeyondThePlacesAreTold503UntilOneIsFree) {
    std::vector<client> held;
    for (std::size_t i = 0; i < places; ++i) {
        held.emplace_back(address());
        held.back().send_all(http_request("/livez"));
        ASSERT_EQ(receive_response(held.back()).status, 200);
    }
    for (int i = 0; i < 3; ++i)
        expect_refusal(http_request("/livez"), 503);
    client late(address());
    EXPECT_EQ(receive_response(late).status, 503);
    late.send_all("what comes later");
    late.send_all("is discarded, and answered with no reset");
    EXPECT_EQ(late.receive_until_eof(), "");
    auto data = served(pulsar_.address());
    held.front().send_all(http_request("/readyz"));
    EXPECT_EQ(receive_response(held.front()).body, "ok");
    held.pop_back();
    ASSERT_TRUE(eventually([&] { return http_get(address(), "/livez").status == 200; }));
    data.close();
    held.clear();
    pulsar_.expect_orderly_exit();
}

/// They wait in the queue until a place is free, and each has its answer.
TEST_F(AdminClients, InMultitudesCostNoDescriptorsBeyondThoseKeptBack) {
    std::vector<client> crowd;
    for (std::size_t i = 0; i < 300; ++i)
        crowd.emplace_back(address());
    auto data = served(pulsar_.address());
    for (std::size_t i = places; i < crowd.size(); ++i) {
        EXPECT_EQ(receive_response(crowd[i]).status, 503) << i;
        ASSERT_LT(open_descriptors(pulsar_.child().pid()), 2 * places + 40);
        crowd[i].close();
    }
    crowd.front().send_all(http_request("/livez"));
    EXPECT_EQ(receive_response(crowd.front()).status, 200);
    crowd.clear();
    data.close();
    pulsar_.expect_orderly_exit();
}

std::vector<event> list_of(const std::string& address) {
    const auto list = http_get(address, "/connections");
    EXPECT_EQ(list.status, 200);
    return parse_lines(list.body);
}

TEST_F(AdminClients, AreShownTheActiveConnections) {
    EXPECT_TRUE(list_of(address()).empty());
    std::vector<client> clients;
    for (int i = 0; i < 100; ++i)
        clients.push_back(served(pulsar_.address()));
    const auto list = list_of(address());
    ASSERT_EQ(list.size(), clients.size());
    for (std::size_t i = 0; i < list.size(); ++i) {
        EXPECT_EQ(number(list[i], "conn"), static_cast<std::int64_t>(i + 1));
        EXPECT_EQ(text(list[i], "peer"), clients[i].local_address());
        EXPECT_EQ(text(list[i], "listener"), pulsar_.address());
        EXPECT_EQ(number(list[i], "bytes_out"), 9);
    }
    pulsar_.report();
    auto active = pulsar_.wait_for_count(1, "registry", "active").front();
    for (const auto* key : {"time", "level", "module", "msg"})
        active.erase(key);
    for (const auto& [key, value] : active)
        EXPECT_TRUE(list[0].contains(key)) << key;
    EXPECT_EQ(list[0].size(), active.size() + 1);
    clients.clear();
    pulsar_.expect_orderly_exit();
}

/// One that does not take its list holds nobody up, and loses it.
TEST_F(AdminClients, ThatDoNotReadAreResetAndHoldNothing) {
    if (!allow_open_files(3'000)) GTEST_SKIP() << "thousands of open files";
    std::vector<client> clients;
    for (int i = 0; i < 2'000; ++i)
        clients.emplace_back(pulsar_.address());
    pulsar_.wait_for_count(clients.size(), "connection", "opened");
    const auto begin = std::chrono::steady_clock::now();
    client slow(address(), 4096);
    std::string many;
    for (int i = 0; i < 40; ++i)
        many += http_request("/connections");
    slow.send_all(many);
    EXPECT_EQ(list_of(address()).size(), clients.size());
    ASSERT_TRUE(eventually([&] { return sleeps(pulsar_.child().pid()); })) << "more is unsent";
    clients.clear();
    pulsar_.wait_for_count(2'000, "connection", "closed");
    EXPECT_TRUE(list_of(address()).empty());
    pulsar_.expect_descriptors_at_baseline(deadline(20s));
    expect_time(std::chrono::steady_clock::now() - begin, 5s);
    EXPECT_EQ(slow.receive_until_closed().error, std::errc::connection_reset);
    slow.close();
    pulsar_.expect_orderly_exit();
}

/// What counts is how long it takes nothing, not how long the whole answer takes.
TEST_F(AdminClients, MayTakeTheirAnswerSlowly) {
    if (!allow_open_files(5'000)) GTEST_SKIP() << "thousands of open files";
    const temp_dir dir;
    daemon pulsar({"--admin", "unix:" + (dir / "admin")});
    std::vector<client> clients;
    for (int i = 0; i < 4'000; ++i)
        clients.emplace_back(pulsar.address());
    pulsar.wait_for_count(clients.size(), "connection", "opened");
    client slow(pulsar.admin_address());
    slow.send_all(http_request("/connections", "GET", "Connection: close\r\n"));
    std::string answer;
    for (int i = 0; i < 7; ++i) {
        std::this_thread::sleep_for(1s);  // which is what it takes its time for
        answer += slow.receive_some({}, 40'960);
    }
    answer += slow.receive_until_eof();
    EXPECT_TRUE(answer.ends_with("\r\n0\r\n\r\n"));
    EXPECT_EQ(occurrences(answer, "\"conn\":"), clients.size());
    clients.clear();
    slow.close();
    pulsar.expect_orderly_exit();
    pulsar_.expect_orderly_exit();
}

}  // namespace
}  // namespace pulsar::test::admin_clients_test
