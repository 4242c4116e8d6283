// The floor that compare_servers.sh measures servers against: an echo server with the fewest system
// calls that epoll allows, and nothing else. It has no heartbeat, no limits but a largest frame and
// no statistics, so a server that has them cannot be expected to take less time for a frame.

#include "support/unique_fd.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <span>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <thread>
#include <utility>
#include <vector>
#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace {

using pulsar::test::unique_fd;

constexpr std::size_t header_size = 4;
constexpr std::size_t largest_frame = header_size + 16 * 1024 * 1024;
constexpr std::size_t scratch_size = 128 * 1024;

int checked(int result, const char* what) {
    if (result >= 0) return result;
    std::perror(what);
    std::exit(1);
}

std::size_t frame_size(const std::byte* header) noexcept {
    std::uint32_t payload = 0;
    std::memcpy(&payload, header, header_size);
    return header_size + ntohl(payload);
}

class connection {
  public:
    explicit connection(unique_fd socket) noexcept : socket_(std::move(socket)) {}

    /// False: the connection is over.
    bool handle(std::uint32_t events, std::span<std::byte> scratch) {
        if (blocked()) {
            if ((events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) == 0) return true;
            if (!send({held_.get(), size_}, sent_, whole_)) return false;
        }
        return blocked() || read(scratch, (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0);
    }

  private:
    bool blocked() const noexcept { return sent_ < whole_; }

    /// A short read has emptied the socket, and the next byte raises a new edge; an end that was
    /// announced before does not. Nothing is read while an echo waits.
    bool read(std::span<std::byte> scratch, bool ends) {
        for (;;) {
            if (size_ > 0) reserve(size_ < header_size ? scratch_size : frame_size(held_.get()));
            const auto into = size_ > 0 ? std::span(held_.get(), capacity_) : scratch;
            const auto room = into.size() - size_;
            const auto got = ::recv(socket_.get(), into.data() + size_, room, 0);
            if (got <= 0) return got < 0 && errno == EAGAIN;
            if (!echo(into.first(size_ + static_cast<std::size_t>(got)))) return false;
            if (blocked() || (static_cast<std::size_t>(got) < room && !ends)) return true;
        }
    }

    bool echo(std::span<std::byte> data) {
        std::size_t whole = 0;
        while (data.size() - whole >= header_size) {
            const auto frame = frame_size(&data[whole]);
            if (frame > largest_frame) return false;
            if (frame > data.size() - whole) break;
            whole += frame;
        }
        return send(data, 0, whole);
    }

    /// Sends the whole frames, data[from, whole), and holds what remains. After a short send no
    /// second one is needed: when there is room again, EPOLLOUT says so.
    bool send(std::span<std::byte> data, std::size_t from, std::size_t whole) {
        if (from < whole) {
            const auto sent = ::send(socket_.get(), &data[from], whole - from, MSG_NOSIGNAL);
            if (sent < 0 && errno != EAGAIN) return false;
            if (sent > 0) from += static_cast<std::size_t>(sent);
        }
        const auto rest = data.subspan(from);
        const bool was_held = data.data() == held_.get();
        if (rest.empty()) {
            held_.reset();
            capacity_ = size_ = from = whole = 0;
        } else if (was_held && from < whole) {
            size_ = data.size();
        } else {
            const bool begins_frame = from == whole && rest.size() >= header_size;
            if (!was_held) reserve(begins_frame ? frame_size(rest.data()) : rest.size());
            std::memmove(held_.get(), rest.data(), rest.size());
            size_ = rest.size();
            whole -= std::exchange(from, 0);
        }
        sent_ = from;
        whole_ = whole;
        return true;
    }

    /// With room for more than the frame, the read that completes it is a short one.
    void reserve(std::size_t size) {
        if (size + header_size <= capacity_) return;
        capacity_ = size + header_size;
        auto larger = std::make_unique_for_overwrite<std::byte[]>(capacity_);
        std::copy_n(held_.get(), size_, larger.get());
        held_ = std::move(larger);
    }

    unique_fd socket_;
    std::unique_ptr<std::byte[]> held_;  ///< only for frames that are not sent and part of one
    std::size_t capacity_ = 0, size_ = 0;
    std::size_t sent_ = 0, whole_ = 0;  ///< held_[sent_, whole_) waits for EPOLLOUT
};

void accept_all(int listener, std::span<const unique_fd> loops) {
    static std::size_t turn = 0;
    for (;;) {
        unique_fd socket(::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
        const int fd = socket.get(), on = 1;
        if (fd < 0) return;
        ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        auto client = std::make_unique<connection>(std::move(socket));
        epoll_event event{EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, {.ptr = client.get()}};
        const int loop = loops[turn++ % loops.size()].get();
        // From here on the client is its loop's, which may have deleted it already.
        if (::epoll_ctl(loop, EPOLL_CTL_ADD, fd, &event) == 0) static_cast<void>(client.release());
    }
}

[[noreturn]] void run(int listener, std::span<const unique_fd> loops, std::size_t own) {
    const auto scratch = std::make_unique_for_overwrite<std::byte[]>(scratch_size);
    std::array<epoll_event, 256> events;
    for (;;) {
        const int count = ::epoll_wait(loops[own].get(), events.data(), events.size(), -1);
        for (int i = 0; i < count; ++i) {
            const auto& event = events[static_cast<std::size_t>(i)];
            auto* const client = static_cast<connection*>(event.data.ptr);
            if (client == nullptr)
                accept_all(listener, loops);
            else if (!client->handle(event.events, {scratch.get(), scratch_size}))
                delete client;
        }
    }
}

unique_fd listen(int port) {
    unique_fd listener(checked(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), "socket"));
    const int on = 1;
    ::setsockopt(listener.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{AF_INET, htons(static_cast<std::uint16_t>(port)), {}, {}};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof address;
    checked(::bind(listener.get(), generic, size), "bind");
    checked(::listen(listener.get(), SOMAXCONN), "listen");
    checked(::getsockname(listener.get(), generic, &size), "getsockname");
    std::printf("listening on 127.0.0.1:%d\n", ntohs(address.sin_port));
    std::fflush(stdout);
    return listener;
}

}  // namespace

int main(int argc, char** argv) {
    const int port = argc > 1 ? std::atoi(argv[1]) : -1;
    const int threads = argc > 2 ? std::atoi(argv[2]) : 1;
    if (argc > 3 || port < 0 || port > 65535 || threads < 1)
        return std::fputs("usage: floor_server PORT [THREADS]\n", stderr), 2;
#ifdef __GLIBC__
    // Large frames come from the heap: a mapping of its own for each would cost page faults.
    ::mallopt(M_MMAP_THRESHOLD, 64 * 1024 * 1024);
    ::mallopt(M_TRIM_THRESHOLD, 64 * 1024 * 1024);
#endif
    const auto listener = listen(port);
    std::vector<unique_fd> loops;
    for (int i = 0; i < threads; ++i)
        loops.emplace_back(checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1"));
    epoll_event event{EPOLLIN | EPOLLET, {.ptr = nullptr}};
    checked(::epoll_ctl(loops[0].get(), EPOLL_CTL_ADD, listener.get(), &event), "epoll_ctl");
    std::vector<std::jthread> workers;
    for (std::size_t i = 1; i < loops.size(); ++i)
        workers.emplace_back([&, i] { run(listener.get(), loops, i); });
    run(listener.get(), loops, 0);
}
