#pragma once

#include "pulsar/net/address.hpp"
#include "pulsar/net/event_loop.hpp"
#include "pulsar/net/listener.hpp"
#include "pulsar/net/options.hpp"
#include "pulsar/net/turn_queue.hpp"
#include "pulsar/server/server.hpp"
#include "pulsar/system/process_usage.hpp"

#include <boost/intrusive/list.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace pulsar::admin {

/// Answers HTTP on an address of its own, from the server's start to its end: probes, metrics, the
/// list of connections.
///
/// All of it runs on the thread of the server's first loop, and so do registry, listeners and
/// drain: what is said to live on the control strand may be read from here. Its connections wait on
/// the loop's own executor, since to post into the strand takes memory of which a failed half would
/// lock the strand. They take turns to answer, one between two polls of the loop's sockets, so that
/// many clients delay an echo no more than one does.
class http_server final : private server::server::observer, private net::listener::observer {
  public:
    static constexpr std::size_t most_clients = 64;

    /// What to keep back for it: clients, those that are turned away, listeners.
    static constexpr std::size_t descriptors = 2 * most_clients + 8;

    /// Listens on `where`, by `options`, which outlive it. Before target.run(), which it outlives.
    /// Throws net::listen_error.
    http_server(server::server& target, const net::address& where,
                const net::listener_options& options);
    ~http_server();

    /// A connection, as it is seen from here.
    class client : public boost::intrusive::list_base_hook<> {
      public:
        virtual void on_ended() noexcept = 0;  ///< the server has

      protected:
        ~client() = default;
    };

    // For its clients.
    server::server& served() noexcept { return server_; }
    net::turn_queue& turns() noexcept { return turns_; }
    const system::process_usage& usage() const noexcept { return usage_; }
    /// Whether it has a place, and is to be answered.
    bool add(client& fresh) noexcept;
    void remove(client& gone, bool had_place) noexcept;

  private:
    void on_started() override;
    void on_ended() override;

    bool is_ready() const noexcept override { return clients_.size() < 2 * most_clients; }
    bool has_room() const noexcept override { return true; }
    void on_accepted(net::listener_record& by, net::unique_socket socket,
                     std::string peer) override;
    void on_refused(net::listener::refusal) noexcept override {}
    void on_broken(const net::listener& which, int error) override;

    server::server& server_;
    const system::process_usage usage_;
    net::turn_queue turns_;
    boost::intrusive::list<client> clients_;
    std::size_t places_taken_ = 0;
    std::vector<std::unique_ptr<net::listener>> listeners_;
    bool ended_ = false;
};

}  // namespace pulsar::admin
