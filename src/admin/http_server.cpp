#include "pulsar/admin/http_server.hpp"

#include "pulsar/log/log.hpp"
#include "session.hpp"

#include <utility>

namespace pulsar::admin {

using log::component;
using log::level;

http_server::http_server(server::server& target, const net::address& where,
                         const net::listener_options& options)
    : server_(target), turns_(target.control_loop().executor(), 1) {
    net::listener::observer& self = *this;
    for (auto& socket : net::listen_on(target.control(), where, options)) {
        listeners_.push_back(std::make_unique<net::listener>(std::move(socket), options, self));
    }
    target.observe(*this);
}

http_server::~http_server() = default;

void http_server::on_started() {
    for (auto& listener : listeners_) {
        listener->start();
        log::write(component::server, level::info, "listening",
                   {{"address", listener->name()}, {"admin", true}});
    }
}

void http_server::on_ended() {
    ended_ = true;
    for (auto& listener : listeners_)
        listener->drain();
    for (auto& one : clients_)
        one.on_ended();
}

bool http_server::add(client& fresh) noexcept {
    clients_.push_back(fresh);
    if (places_taken_ == most_clients) return false;
    ++places_taken_;
    return true;
}

void http_server::remove(client& gone, bool had_place) noexcept {
    clients_.erase(clients_.iterator_to(gone));
    if (had_place) --places_taken_;
    for (auto& listener : listeners_)
        listener->retry();
}

void http_server::on_accepted(net::listener_record&, net::unique_socket socket, std::string) {
    if (!ended_) serve(*this, std::move(socket));
}

void http_server::on_broken(const net::listener& which, int error) {
    server_.on_broken(which, error);
}

}  // namespace pulsar::admin
