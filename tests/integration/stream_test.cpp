// net::stream on a socket and an event loop, both under the test's hands: what the loop is told of,
// and what a wait costs.

#include "pulsar/net/stream.hpp"

#include "pulsar/net/task.hpp"
#include "support/client.hpp"
#include "support/deadline.hpp"
#include "support/process_usage.hpp"
#include "support/unique_fd.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <netinet/in.h>
#include <new>
#include <optional>
#include <string>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace {

/// Of the errors of errno(3); 0: none. For each descriptor that is to be watched from now on.
std::atomic<int> watch_error{0};

std::atomic<bool> heap_is_empty{false};
std::atomic<std::size_t> allocations{0};

/// Counts what Asio and we ask the heap for.
bool may_allocate() noexcept {
    ++allocations;
    return !heap_is_empty;
}

}  // namespace

// The linker puts these in the way of the functions in this binary (--wrap, see ld(1)).
extern "C" {
// NOLINTBEGIN(bugprone-reserved-identifier)
void* __real__Znwm(std::size_t size);
void* __wrap__Znwm(std::size_t size) {
    if (!may_allocate()) throw std::bad_alloc();
    return __real__Znwm(size);
}

void* __real_aligned_alloc(std::size_t alignment, std::size_t size);
void* __wrap_aligned_alloc(std::size_t alignment, std::size_t size) {
    return may_allocate() ? __real_aligned_alloc(alignment, size) : nullptr;
}

int __real_epoll_ctl(int epoll, int operation, int descriptor, epoll_event* event);
int __wrap_epoll_ctl(int epoll, int operation, int descriptor, epoll_event* event) {
    if (operation != EPOLL_CTL_ADD || watch_error == 0)
        return __real_epoll_ctl(epoll, operation, descriptor, event);
    errno = watch_error;
    return -1;
}
// NOLINTEND(bugprone-reserved-identifier)
}

namespace pulsar::test {
namespace {

using event = net::stream::event;

void require(bool done, const char* what) {
    if (!done) throw std::system_error(errno, std::generic_category(), what);
}

class Stream : public testing::Test {
  protected:
    /// A socket that is connected to `peer_`, by TCP.
    net::unique_socket connect() {
        const unique_fd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* const at = reinterpret_cast<sockaddr*>(&address);
        require(::bind(listener.get(), at, size) == 0, "bind");
        require(::listen(listener.get(), 1) == 0, "listen");
        require(::getsockname(listener.get(), at, &size) == 0, "getsockname");
        peer_.emplace("127.0.0.1:" + std::to_string(ntohs(address.sin_port)));
        return {::accept4(listener.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC), AF_INET};
    }

    net::task wait(event until) {
        co_await stream_->wait(until);
        ++waits_over_;
    }

    /// What the loop does by itself, counted by Asio: each event that it is told of, and each
    /// handler.
    std::size_t poll() { return loop_.poll(); }

    void wait_until_writable() {
        wait(event::writable);
        poll();
        EXPECT_EQ(waits_over_, 1);
        waits_over_ = 0;
    }

    net::task wait_in_every_way() {
        while (!over_) {
            send_from_peer();
            co_await stream_->wait(event::readable);
            take_input();
            co_await stream_->wait(event::writable);
            stream_->forget_writable();
            co_await stream_->wait(event::turn);
            co_await stream_->wait(event::readable);
            co_await stream_->wait(event::wake);
            ++rounds_;
        }
    }

    /// The input and the room that the round waits for are there; two of its waits have to be
    /// ended.
    void go_round() {
        poll();
        stream_->wake();
        poll();
        stream_->wake();
        poll();
    }

    void send_from_peer() {
        peer_->send_all("x");
        EXPECT_TRUE(eventually([this] { return stream_->unread() > 0; }));
    }

    void take_input() {
        std::array<std::byte, 8> buffer;
        EXPECT_EQ(stream_->receive(buffer).bytes, 1u);
    }

    void expect_reset() {
        EXPECT_EQ(peer_->receive_until_closed().error, std::errc::connection_reset);
    }

    boost::asio::io_context loop_{1};
    boost::asio::executor_work_guard<net::stream::executor_type> work_{loop_.get_executor()};
    net::turn_queue turns_{loop_.get_executor()};
    std::optional<client> peer_;
    std::optional<net::stream> stream_;
    int waits_over_ = 0;
    int rounds_ = 0;
    bool over_ = false;  // after this round
};

TEST_F(Stream, ForgetsToBeWritableForGood) {
    stream_.emplace(turns_, connect());
    wait_until_writable();
    wait(event::readable);
    EXPECT_EQ(poll(), 1u) << "Asio has taken writability back itself: forget_writable() may go";
    stream_->wake();
    poll();
    EXPECT_EQ(waits_over_, 1);

    stream_->forget_writable();
    for (int i = 0; i < 3; ++i) {
        wait(event::readable);
        EXPECT_EQ(poll(), 0u);
        send_from_peer();
        EXPECT_EQ(poll(), 1u);
        take_input();
    }
    EXPECT_EQ(waits_over_, 4);
}

TEST_F(Stream, HasInputThatCameBeforeItForgotToBeWritable) {
    stream_.emplace(turns_, connect());
    wait_until_writable();
    send_from_peer();
    stream_->forget_writable();
    wait(event::readable);
    poll();
    EXPECT_EQ(waits_over_, 1);
    take_input();
    std::array<std::byte, 1> buffer;
    EXPECT_EQ(stream_->receive(buffer).error, boost::asio::error::would_block);
}

TEST_F(Stream, CanBeWritableAgain) {
    stream_.emplace(turns_, connect());
    for (int i = 0; i < 3; ++i) {
        wait_until_writable();
        stream_->forget_writable();
    }
}

TEST_F(Stream, StaysAsItIsWhereItCannotBeWatchedAnew) {
    for (const int error : {0, ENOSPC, ENOMEM}) {
        SCOPED_TRACE(error);
        stream_.emplace(turns_, connect());
        wait_until_writable();
        const auto descriptors = open_descriptors(::getpid());
        watch_error = error;
        heap_is_empty = error == 0;
        stream_->forget_writable();
        watch_error = 0;
        heap_is_empty = false;
        EXPECT_EQ(open_descriptors(::getpid()), descriptors);
        send_from_peer();
        wait(event::readable);
        poll();
        EXPECT_EQ(std::exchange(waits_over_, 0), 1);
        take_input();
    }
}

TEST_F(Stream, WithoutMemoryResetsItsConnection) {
    auto socket = connect();
    const auto descriptors = open_descriptors(::getpid());
    heap_is_empty = true;
    EXPECT_THROW(stream_.emplace(turns_, std::move(socket)), std::bad_alloc);
    heap_is_empty = false;
    expect_reset();
    EXPECT_EQ(open_descriptors(::getpid()), descriptors - 1);
}

TEST_F(Stream, TakesNoMemoryForItsFirstWait) {
    stream_.emplace(turns_, connect());
    const auto before = allocations.load();
    wait(event::readable);
    EXPECT_EQ(allocations, before + 1);  // the coroutine that waits
    stream_->wake();
    poll();
    EXPECT_EQ(waits_over_, 1);
}

TEST_F(Stream, WaitsWithoutTheHeap) {
    stream_.emplace(turns_, connect());
    wait_in_every_way();
    // forget_writable() takes memory for a second descriptor in the first round only.
    go_round();
    const auto before = allocations.load();
    EXPECT_GT(before, 0u);
    for (int i = 0; i < 3; ++i)
        go_round();
    EXPECT_EQ(allocations, before);
    EXPECT_EQ(rounds_, 4);
    over_ = true;
    go_round();
}

}  // namespace
}  // namespace pulsar::test
