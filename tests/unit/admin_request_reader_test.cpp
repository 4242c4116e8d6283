#include "pulsar/admin/request_reader.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace pulsar::test::admin_request_reader_test {
namespace {

using admin::request;
using admin::request_reader;
using outcome = request_reader::outcome;
using method = request::method_type;

class RequestReader : public testing::Test {
  protected:
    outcome read(std::string_view bytes) {
        const auto space = std::as_writable_bytes(reader_.space());
        EXPECT_LE(bytes.size(), space.size());
        std::ranges::copy(std::as_bytes(std::span(bytes)), space.begin());
        reader_.add(bytes.size());
        return reader_.parse(request_);
    }

    /// Of a reader that has seen nothing yet.
    outcome alone(std::string_view bytes) {
        reader_ = {};
        return read(bytes);
    }

    request_reader reader_;
    request request_;
};

TEST_F(RequestReader, TakesARequestInPiecesOfAnySize) {
    const std::string text = "GET /readyz?verbose HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n";
    for (std::size_t cut = 1; cut < text.size(); ++cut) {
        EXPECT_EQ(alone(text.substr(0, cut)), outcome::incomplete) << cut;
        EXPECT_EQ(read(text.substr(cut)), outcome::complete) << cut;
        EXPECT_EQ(request_.path, "/readyz");
        EXPECT_TRUE(reader_.empty());
    }
}

TEST_F(RequestReader, TakesPipelinedRequestsOneByOne) {
    EXPECT_EQ(alone("GET /a HTTP/1.1\r\nHost: h\r\n\r\nHEAD /b HTTP/1.0\r\n\r\nGET /c"),
              outcome::complete);
    EXPECT_EQ(request_.path, "/a");
    EXPECT_TRUE(request_.keep_alive);
    EXPECT_EQ(reader_.parse(request_), outcome::complete);
    EXPECT_EQ(request_.path, "/b");
    EXPECT_EQ(request_.method, method::head);
    EXPECT_FALSE(request_.is_http_1_1);
    EXPECT_FALSE(request_.keep_alive);
    EXPECT_EQ(reader_.parse(request_), outcome::incomplete);
    EXPECT_EQ(read(" HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"), outcome::complete);
    EXPECT_EQ(request_.path, "/c");
    EXPECT_FALSE(request_.keep_alive);
}

TEST_F(RequestReader, TakesAWholeUri) {
    EXPECT_EQ(alone("GET http://host:1/metrics?a HTTP/1.1\r\nHost: host\r\n\r\n"),
              outcome::complete);
    EXPECT_EQ(request_.path, "/metrics");
    EXPECT_EQ(alone("GET http://host HTTP/1.1\r\nHost: host\r\n\r\n"), outcome::complete);
    EXPECT_EQ(request_.path, "/");
    EXPECT_EQ(alone("GET HTTP://host/livez HTTP/1.1\r\nHost: host\r\n\r\n"), outcome::complete);
    EXPECT_EQ(request_.path, "/livez");
}

TEST_F(RequestReader, AnEmptyLineBeforeARequestIsIgnored) {
    EXPECT_EQ(alone("\r"), outcome::incomplete);
    EXPECT_EQ(read("\n"), outcome::incomplete);
    EXPECT_TRUE(reader_.empty());
    EXPECT_EQ(alone("\r\nGET /a HTTP/1.1\r\nHost: h\r\n\r\n\r\n"), outcome::complete);
    EXPECT_EQ(request_.path, "/a");
    EXPECT_EQ(reader_.parse(request_), outcome::incomplete);
    EXPECT_TRUE(reader_.empty());
}

TEST_F(RequestReader, TellsTheMethodOfABadRequest) {
    for (const auto* fields : {"", "Host a\r\n", "Host: a\r\nHost: b\r\n"}) {
        EXPECT_EQ(alone(std::string("HEAD / HTTP/1.1\r\n") + fields + "\r\n"), outcome::bad);
        EXPECT_EQ(request_.method, method::head);
    }
    EXPECT_EQ(alone("HEAD / HTTP/1.1\r\nX: " + std::string(request_reader::most_bytes - 20, 'x')),
              outcome::too_large);
    EXPECT_EQ(request_.method, method::head);
    EXPECT_EQ(alone("nonsense\r\n\r\n"), outcome::bad);
    EXPECT_NE(request_.method, method::head);
}

TEST_F(RequestReader, AnotherMethodMayHaveContentThatNobodyReads) {
    EXPECT_EQ(alone("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc"),
              outcome::complete);
    EXPECT_EQ(request_.method, method::other);
    EXPECT_FALSE(request_.keep_alive);
    EXPECT_EQ(alone("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2000000\r\n\r\n"),
              outcome::complete);
    EXPECT_EQ(alone("FOO / HTTP/1.1\r\nHost: h\r\n\r\n"), outcome::complete);
    EXPECT_EQ(request_.method, method::other);
    EXPECT_TRUE(request_.keep_alive);
}

TEST_F(RequestReader, NonsenseIsBad) {
    for (const std::string bad :
         {"hello\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "GET /\r\n\r\n", "\r\n\r\n\r\n",
          "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "GET / HTTP/2.0\r\nHost: a\r\n\r\n",
          "GET / HTTP/1.1\r\nHost: a\n\n", "GET / HTTP/1.1\nHost: a\n\n",
          "GET / HTTP/1.1\r\nHost a\r\n\r\n", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
          "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx",
          "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
          "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
          "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"}) {
        EXPECT_EQ(alone(bad), outcome::bad) << bad;
    }
}

/// Who sends it byte by byte would have all the fields read with each byte.
TEST_F(RequestReader, FieldsAreReadOnceAllAreThereAndTheFirstLineAtOnce) {
    EXPECT_EQ(alone("GET / HTTP/1.1\r\nHost a\r\n"), outcome::incomplete);
    EXPECT_EQ(read("\r\n"), outcome::bad);
    EXPECT_EQ(alone("GET /\r\n"), outcome::bad);
    EXPECT_EQ(alone("hello"), outcome::incomplete);
    EXPECT_EQ(read("\r\n"), outcome::bad);
}

TEST_F(RequestReader, EightKibibytesAreTheMost) {
    const std::string before = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
    const std::string after = "\r\n\r\n";
    const auto room = request_reader::most_bytes - before.size() - after.size();
    EXPECT_EQ(alone(before + std::string(room, 'x') + after), outcome::complete);
    EXPECT_EQ(alone(before + std::string(room + 1, 'x') + after.substr(0, 3)), outcome::too_large);
    EXPECT_EQ(alone("GET /" + std::string(request_reader::most_bytes - 6, 'x')),
              outcome::incomplete);
    EXPECT_EQ(read("x"), outcome::too_large);
}

}  // namespace
}  // namespace pulsar::test::admin_request_reader_test
