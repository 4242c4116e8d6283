#include "script.hpp"

#include "pulsar/net/serve.hpp"
#include "require.hpp"
#include "scripted_clock.hpp"
#include "scripted_loop.hpp"
#include "scripted_memory.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <sys/socket.h>

namespace pulsar::fuzz {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t unlimited = std::size_t{1} << 40;

// Longer than every timeout here.
constexpr auto longest_pass = std::chrono::hours(1);

constexpr std::array<int, 8> errors{ECONNRESET,   EPIPE,   ETIMEDOUT, ENOMEM,
                                    EHOSTUNREACH, ENOBUFS, EIO,       ECONNABORTED};

template <class Value, std::size_t Count>
Value choose(input& from, const std::array<Value, Count>& values) {
    return values[from.byte() % Count];
}

net::connection_options choose_options(input& from) {
    using std::chrono::milliseconds;
    constexpr std::array<std::size_t, 8> sizes{9, 1, 100, 5000, 0x4000, 20'000, 70'000, 300'000};
    constexpr std::array<milliseconds, 5> heartbeats{0ms, 10s, 1ms, 100ms, 1s};
    constexpr std::array<milliseconds, 5> idle{0ms, 30s, 1ms, 150ms, 1s};
    constexpr std::array<milliseconds, 5> frame{0ms, 60s, 1ms, 120ms, 1s};
    constexpr std::array<milliseconds, 5> write{0ms, 30s, 1ms, 80ms, 2s};
    net::connection_options chosen;
    chosen.max_frame_size = choose(from, sizes);
    chosen.heartbeat_interval = choose(from, heartbeats);
    chosen.idle_timeout = choose(from, idle);
    chosen.frame_timeout = choose(from, frame);
    chosen.write_timeout = choose(from, write);
    chosen.proxy_from = {{}};  // Unix sockets: those whose peer begins with `unix:`
    return chosen;
}

const char* real_peer(std::uint8_t start) {
    return (start & 8) != 0 ? "unix:" : "peer";
}

/// Costly to make, and the same after every connection.
net::event_loop& loop() {
    static net::event_loop only;
    return only;
}

struct totals {
    std::uint64_t frames = loop().traffic.frames.get();
    std::uint64_t bytes_in = loop().traffic.bytes_in.get();
    std::uint64_t bytes_out = loop().traffic.bytes_out.get();
    std::uint64_t heartbeats = loop().traffic.heartbeats.get();
};

}  // namespace

script::script(input from)
    : input_(from),
      options_(choose_options(input_)),
      start_(input_.byte()),
      end_(input_.byte()),
      proxied_((start_ & 8) != 0),
      record_(1, listener_, real_peer(start_), 0, now),
      contract_(options_, proxied_ && (start_ & 0xf0) != 0xf0),
      peer_(options_.max_frame_size) {
    if (proxied_) peer_.add_proxy_header(input_);
}

void script::on_closed(net::connection_record& record) noexcept {
    require(&record == &record_);
    ++closed_;
}

void script::play() {
    const totals before;  // makes the loop, with memory of its own
    heap = scripted_memory();
    next_deadline.reset();
    serve();
    while (!input_.empty() && closed_ == 0)
        step(input_.byte());
    finish();
    the_socket = nullptr;

    require(closed_ == 1 && heap.held() == 0);
    const totals after;
    require(after.frames - before.frames == record_.traffic.frames.get());
    require(after.bytes_in - before.bytes_in == record_.traffic.bytes_in.get());
    require(after.bytes_out - before.bytes_out == record_.traffic.bytes_out.get());
    require(after.heartbeats - before.heartbeats == record_.traffic.heartbeats.get());
}

void script::serve() {
    acknowledges_ = (start_ & 1) != 0;
    if ((start_ & 2) != 0) socket_.open_window(unlimited);
    if ((start_ & 4) != 0) socket_.open_window(100);
    const bool opens = (start_ & 0xf0) != 0xf0;
    the_socket = opens ? &socket_ : nullptr;
    net::serve(loop(), {-1, AF_INET}, options_, record_, *this);
    if (opens) return run();
    require(closed_ == 1 && record_.reason == net::close_reason::io_error);
}

void script::step(std::uint8_t operation) {
    const bool holds = (operation & 0x80) != 0;
    switch (operation & 0x0f) {
        case 0:
            peer_.add_frame(input_);
            socket_.deliver(peer_.take(unlimited));
            break;
        case 1:
            peer_.add_frame(input_);
            socket_.deliver(peer_.take(choose_amount(input_)));
            break;
        case 2:
            peer_.add_raw(input_);
            socket_.deliver(peer_.take(unlimited));
            break;
        case 3:
            peer_.add_oversize(input_);
            socket_.deliver(peer_.take(unlimited));
            break;
        case 4:
            socket_.deliver(peer_.take(choose_amount(input_)));
            break;
        case 5:
            socket_.finish();
            break;
        case 6:
            fail_something();
            break;
        case 7:
            socket_.open_window(choose_amount(input_));
            break;
        case 8:
            socket_.acknowledge(choose_amount(input_));
            break;
        case 9:
        case 10:
            return move_time(input_.byte(), (operation & 0x0f) == 10);
        case 11:
            socket_.wake();
            break;
        case 12:
            drain();
            break;
        case 13:
            if ((input_.byte() & 0x0f) == 0) cut_off();
            break;
        case 14:
            socket_.shorten_reads(choose_amount(input_) + 1);
            break;
        default:
            return run(1);
    }
    if (!holds) run();
}

void script::fail_something() {
    const auto choice = input_.byte();
    const int error = errors[choice % errors.size()];
    switch (choice / errors.size() % 8) {
        case 0:
            return socket_.break_off(error, false);
        case 1:
            return socket_.break_off(error, true);
        case 2:
            return socket_.fail_next_receive(error);
        case 3:
            return socket_.fail_next_send(error);
        case 4:
            return heap.fail_at(1 + choice % errors.size());
        default:
            return socket_.wake();
    }
}

void script::move_time(std::uint8_t choice, bool at_once) {
    constexpr std::array<std::chrono::nanoseconds, 16> times{
        1ns,           1ms, 4ms, 20ms, 80ms, 100ms, 119ms, 150ms,
        999'999'999ns, 1s,  2s,  10s,  29s,  30s,   60s,   longest_pass};
    auto time = times[choice % times.size()];
    if (choice >= 128 && next_deadline && *next_deadline > now) {
        time = *next_deadline - now - (choice % 2 == 0 ? 1ns : 0ns);
    }
    if (!at_once) return pass(time);
    now += time;
    contract_.jumped();
    run();
}

void script::pass(std::chrono::nanoseconds time) {
    const auto end = now + time;
    for (int left = 200; closed_ == 0 && next_deadline && *next_deadline <= end; --left) {
        if (left == 0) {
            now = end;
            contract_.jumped();
            return run();
        }
        now = *next_deadline;
        run();
    }
    now = end;
    run();
}

void script::drain() {
    if (closed_ > 0) return;
    contract_.drain(socket_);
    loop().request_drain();
}

void script::cut_off() {
    if (closed_ > 0) return;
    contract_.cut_off();
    loop().request_cut_off();
}

void script::run(int most) {
    for (int vain = 0; closed_ == 0 && most > 0; --most) {
        loop().run();
        if (acknowledges_) socket_.acknowledge_all();
        if (!socket_.ready()) break;
        const auto moves = socket_.moves();
        socket_.resume();
        std::ranges::fill(loop().scratch().first(4096), std::byte{0xee});  // as others would
        loop().buffers().clear();
        vain = socket_.moves() == moves ? vain + 1 : 0;
        require(vain < 4);  // or it keeps the loop busy
    }
    if (closed_ > 0) {
        require(closed_ == 1);
        contract_.check_closed(record_, socket_);
    } else if (most > 0) {
        contract_.check_waiting(socket_);
    }
}

void script::finish() {
    if (closed_ > 0) return;
    if ((end_ & 1) != 0) {
        socket_.open_window(unlimited);
        acknowledges_ = true;
    }
    if ((end_ & 2) != 0) {
        drain();
        run();
        pass(1s);
    }
    if ((end_ & 4) != 0) {
        socket_.finish();
        run();
    }
    if ((end_ & 1) != 0 && (end_ & 6) != 0) {
        pass(2s);
    } else {
        cut_off();
        run();
    }
    require(closed_ == 1);
}

}  // namespace pulsar::fuzz
