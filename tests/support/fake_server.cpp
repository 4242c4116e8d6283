#include "support/fake_server.hpp"

#include <array>
#include <cerrno>
#include <exception>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <system_error>
#include <utility>

namespace pulsar::test {
namespace {

constexpr std::size_t header_size = 4;

/// Ends a behaviour.
struct connection_over : std::exception {};

/// False when `stop` is readable.
bool wait_until(int descriptor, short events, int stop) {
    std::array<pollfd, 2> ready{{{stop, POLLIN, 0}, {descriptor, events, 0}}};
    while (::poll(ready.data(), ready.size(), -1) < 0 && errno == EINTR) {
    }
    return ready[0].revents == 0;
}

sockaddr* as_address(sockaddr_in& address) {
    return reinterpret_cast<sockaddr*>(&address);
}

unique_fd listen_on_loopback() {
    unique_fd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::bind(listener.get(), as_address(address), sizeof address) != 0 ||
        ::listen(listener.get(), SOMAXCONN) != 0) {
        throw std::system_error(errno, std::generic_category(), "listen");
    }
    return listener;
}

std::string address_of(const unique_fd& listener) {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    ::getsockname(listener.get(), as_address(address), &size);
    return "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
}

std::size_t payload_size(const std::string& header) {
    std::size_t size = 0;
    for (const char byte : header)
        size = size << 8 | static_cast<unsigned char>(byte);
    return size;
}

}  // namespace

fake_peer::fake_peer(unique_fd socket, std::size_t number, const unique_fd& stop)
    : socket_(std::move(socket)), number_(number), stop_(stop) {
    const int on = 1;
    ::setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

std::string fake_peer::receive_frame() {
    const auto header = receive(header_size);
    return header + receive(payload_size(header));
}

std::string fake_peer::receive(std::size_t count) {
    std::string bytes(count, '\0');
    for (std::size_t have = 0; have < count;) {
        wait_for(POLLIN);
        const auto size = ::recv(socket_.get(), bytes.data() + have, count - have, 0);
        if (size <= 0) throw connection_over();
        have += static_cast<std::size_t>(size);
    }
    return bytes;
}

std::string fake_peer::receive_some() {
    std::string bytes(65536, '\0');
    wait_for(POLLIN);
    const auto size = ::recv(socket_.get(), bytes.data(), bytes.size(), 0);
    if (size < 0) throw connection_over();
    bytes.resize(static_cast<std::size_t>(size));
    return bytes;
}

void fake_peer::send(std::string_view bytes) {
    while (!bytes.empty()) {
        wait_for(POLLOUT);
        const auto size =
            ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (size < 0) throw connection_over();
        bytes.remove_prefix(static_cast<std::size_t>(size));
    }
}

void fake_peer::dribble(std::string_view bytes) {
    for (; !bytes.empty(); bytes.remove_prefix(1))
        send(bytes.substr(0, 1));
}

void fake_peer::hold() {
    wait_for(0);
    throw connection_over();
}

void fake_peer::stall() {
    wait_for(POLLRDHUP);
    throw connection_over();
}

void fake_peer::ignore() {
    std::array<char, 65536> chunk;
    do {
        wait_for(POLLIN);
    } while (::recv(socket_.get(), chunk.data(), chunk.size(), 0) > 0);
    throw connection_over();
}

void fake_peer::reset() {
    const linger at_once{1, 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    socket_.close();
    throw connection_over();
}

void fake_peer::close() {
    socket_.close();
    throw connection_over();
}

void fake_peer::poll(std::vector<pollfd>& descriptors, int timeout) const {
    descriptors.push_back({stop_.get(), POLLIN, 0});
    while (::poll(descriptors.data(), descriptors.size(), timeout) < 0 && errno == EINTR) {
    }
    if (descriptors.back().revents != 0) throw connection_over();
    descriptors.pop_back();
}

void fake_peer::finish() {
    ::shutdown(socket_.get(), SHUT_WR);
    ignore();
}

void fake_peer::wait_for(short events) const {
    if (!wait_until(socket_.get(), events, stop_.get())) throw connection_over();
}

void echo(fake_peer& client, int frames) {
    for (int i = 0; i < frames; ++i)
        client.send(client.receive_frame());
}

void echo_all(fake_peer& client) {
    for (;;)
        echo(client, 1);
}

fake_server::fake_server(behaviour serve)
    : serve_(std::move(serve)),
      stop_(::eventfd(0, EFD_CLOEXEC)),
      listener_(listen_on_loopback()),
      address_(address_of(listener_)),
      acceptor_([this] { accept_connections(); }) {}

fake_server::~fake_server() {
    ::eventfd_write(stop_.get(), 1);
    acceptor_.join();
    for (auto& conversation : conversations_)
        conversation.join();
}

void fake_server::accept_connections() {
    while (wait_until(listener_.get(), POLLIN, stop_.get())) {
        unique_fd socket(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
        if (socket.get() < 0) continue;
        const auto number = conversations_.size();
        conversations_.emplace_back([this, number, socket = std::move(socket)]() mutable {
            serve(std::move(socket), number);
        });
    }
}

void fake_server::serve(unique_fd socket, std::size_t number) {
    fake_peer peer(std::move(socket), number, stop_);
    try {
        serve_(peer);
        peer.finish();
    } catch (const connection_over&) {
    }
}

}  // namespace pulsar::test
