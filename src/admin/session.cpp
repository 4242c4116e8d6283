// How an HTTP connection is served: one coroutine from its first request to the last.

#include "session.hpp"

#include "connection_list.hpp"
#include "pulsar/log/log.hpp"
#include "pulsar/net/task.hpp"
#include "scrape.hpp"

#include <boost/asio/error.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <exception>
#include <new>
#include <span>
#include <string>
#include <system_error>
#include <utility>

namespace pulsar::admin {

using namespace std::chrono_literals;
using event = net::stream::event;
using outcome = request_reader::outcome;

namespace {

constexpr std::chrono::milliseconds time_for_a_request = 5s;
constexpr std::chrono::milliseconds time_to_take = 5s;
constexpr std::chrono::milliseconds time_to_linger = 1s;
constexpr std::size_t most_to_discard = std::size_t{64} * 1024;

constexpr std::array<std::string_view, 5> paths{"/livez", "/healthz", "/readyz", "/metrics",
                                                "/connections"};

std::string chunk(std::string_view data) {
    std::array<char, 16> size{};
    const auto end = std::to_chars(size.begin(), size.end(), data.size(), 16).ptr;
    std::string text(size.begin(), end);
    return text.append("\r\n").append(data).append("\r\n");
}

net::task run(http_server& owner, net::unique_socket socket) {
    try {
        session self(owner, std::move(socket));
        if (!self.has_place()) co_await self.turn_away();
        while (self.is_open()) {
            co_await self.receive();
            if (self.is_open()) co_await self.answer();
        }
        co_await self.linger();
    } catch (const std::bad_alloc&) {
        // This client has lost its connection, and nobody else.
    } catch (const std::system_error&) {
        // So here, for want of descriptors.
    } catch (const std::exception& error) {
        log::write(log::component::server, log::level::error, "exception",
                   {{"error", error.what()}});
    }
}

}  // namespace

void serve(http_server& owner, net::unique_socket socket) noexcept {
    try {
        run(owner, std::move(socket));
    } catch (const std::bad_alloc&) {
        // For the coroutine's frame: the socket is reset.
    }
}

session::session(http_server& owner, net::unique_socket socket)
    : owner_(owner), stream_(owner.turns(), std::move(socket)), has_place_(owner.add(*this)) {}

session::~session() {
    owner_.remove(*this, has_place_);
}

void session::schedule(std::chrono::milliseconds from_now) {
    timed_out_ = false;
    owner_.served().control_loop().schedule(*this, net::clock::now() + from_now);
}

void session::on_deadline(net::time_point) {
    timed_out_ = true;
    stream_.wake();
}

void session::on_ended() noexcept {
    ended_ = true;
    stream_.wake();
}

/// Nobody is there, or has to be waited for.
void session::hang_up() noexcept {
    open_ = false;
    gone_ = true;
}

net::phase session::receive() {
    schedule(time_for_a_request);
    auto parsed = outcome::incomplete;
    for (bool fresh = !reader_.empty();;) {
        if (fresh) {
            co_await stream_.wait(event::turn);
            parsed = reader_.parse(request_);
            if (parsed != outcome::incomplete) break;
        }
        const auto got = stream_.receive(reader_.space());
        reader_.add(got.bytes);
        fresh = got.bytes > 0;
        if (fresh) continue;
        if (got.error != boost::asio::error::would_block || must_end()) break;
        co_await stream_.wait(event::readable);
    }
    if (parsed == outcome::complete) co_return;
    unsigned status = 400;
    if (parsed == outcome::too_large) status = 431;
    if (parsed == outcome::incomplete && timed_out_) status = 408;
    // Who is silent, or leaves, between two requests is told nothing.
    const bool has_begun = !reader_.empty() || (timed_out_ && !has_answered_);
    if (ended_ || !has_begun) co_return hang_up();
    co_await refuse(status);
}

net::phase session::answer() {
    open_ = request_.keep_alive && !ended_;
    const auto& path = request_.path;
    response_head head;
    std::string body = "ok";
    if (path == "/") {
        body.clear();
        for (const auto each : paths)
            body.append(each).append("\n");
    } else if (std::ranges::find(paths, path) == paths.end()) {
        head.status = 404;
    } else if (path == "/readyz" && owner_.served().is_stopping()) {
        head.status = 503;
        body = "draining";
    }
    if (request_.method == request::method_type::other && head.status != 404) head.status = 405;
    if (head.status == 404 || head.status == 405) body = head.reason() + "\n";
    if (head.status == 200 && path == "/metrics") {
        co_await show_metrics();
    } else if (head.status == 200 && path == "/connections") {
        co_await list_connections();
    } else {
        co_await respond(head, body);
    }
}

net::phase session::show_metrics() {
    scrape reading(owner_.served(), owner_.usage());
    while (reading.count_some_descriptors())
        co_await stream_.wait(event::turn);
    response_head head;
    head.content_type = "text/plain; version=0.0.4; charset=utf-8";
    const auto text = reading.text();
    co_await respond(head, text);
}

/// Between two pieces connections come and go, and are served; a client that does not take its
/// piece holds that piece.
net::phase session::list_connections() {
    using framing = response_head::framing;
    response_head head;
    head.content_type = "application/x-ndjson";
    head.body = request_.is_http_1_1 ? framing::chunks : framing::until_end;
    open_ = open_ && request_.is_http_1_1;
    head.keep_alive = open_;
    has_answered_ = true;
    auto text = head.text();
    co_await send(text);
    if (request_.method == request::method_type::head) co_return;
    connection_list list(owner_.served().connections());
    for (bool more = true; more && !gone_;) {
        text.clear();
        more = list.append_some(text);
        if (request_.is_http_1_1) {
            if (!text.empty()) text = chunk(text);
            if (!more) text += chunk({});
        }
        co_await send(text);
        if (more) co_await stream_.wait(event::turn);
    }
}

net::phase session::turn_away() {
    return refuse(503);
}

/// The last answer.
net::phase session::refuse(unsigned status) {
    open_ = false;
    response_head head;
    head.status = status;
    const auto body = head.reason() + "\n";
    co_await respond(head, body);
}

net::phase session::respond(response_head head, std::string_view body) {
    head.length = body.size();
    head.keep_alive = open_;
    auto text = head.text();
    if (request_.method != request::method_type::head) text.append(body);
    has_answered_ = true;
    co_await send(text);
}

net::phase session::send(std::string_view bytes) {
    auto rest = std::as_bytes(std::span(bytes));
    while (!rest.empty() && !gone_) {
        const auto sent = stream_.send(rest);
        rest = rest.subspan(sent.bytes);
        if (rest.empty()) break;
        if (sent.error != boost::asio::error::would_block || ended_) co_return cut();
        schedule(time_to_take);  // anew for each wait, or our own slowness would be the client's
        co_await stream_.wait(event::writable);
        if (timed_out_) co_return cut();
    }
}

/// An answer that is cut must not look like a whole one.
void session::cut() noexcept {
    stream_.reset();
    hang_up();
}

net::phase session::linger() {
    if (gone_) co_return stream_.close();
    stream_.shutdown_send();
    schedule(time_to_linger);
    std::array<std::byte, 4096> discarded;
    for (std::size_t total = 0; total < most_to_discard && !must_end();) {
        const auto got = stream_.receive(discarded);
        total += got.bytes;
        if (got.bytes > 0) continue;
        if (got.error != boost::asio::error::would_block) break;
        co_await stream_.wait(event::readable);
    }
    stream_.close();
}

}  // namespace pulsar::admin
