#pragma once

#include "pulsar/admin/http_server.hpp"
#include "pulsar/admin/request_reader.hpp"
#include "pulsar/net/clock.hpp"
#include "pulsar/net/deadline_queue.hpp"
#include "pulsar/net/phase.hpp"
#include "pulsar/net/stream.hpp"
#include "pulsar/net/unique_socket.hpp"
#include "response_head.hpp"

#include <cstdint>
#include <string_view>

namespace pulsar::admin {

/// One HTTP connection, a local variable of its coroutine (see serve()). What waits may throw
/// std::bad_alloc, and then the connection is reset.
class session final : public http_server::client, public net::deadline_queue::entry {
  public:
    /// Throws std::bad_alloc or std::system_error.
    session(http_server& owner, net::unique_socket socket);
    ~session() override;

    bool is_open() const noexcept { return open_; }  ///< for another request

    net::phase receive();    ///< a request; or ends the conversation, with an answer that says why
    net::phase answer();     ///< the request
    net::phase turn_away();  ///< without a request

    /// Sends FIN, and discards what still comes in, up to a bound, so that the last answer is not
    /// lost in a reset.
    net::phase linger();

    void on_deadline(net::time_point now) override;
    void on_ended() noexcept override;

    bool has_place() const noexcept { return has_place_; }

  private:
    void schedule(std::chrono::milliseconds from_now);
    bool must_end() const noexcept { return timed_out_ || ended_; }
    void hang_up() noexcept;
    void cut() noexcept;
    net::phase show_metrics();
    net::phase list_connections();
    net::phase respond(response_head head, std::string_view body);
    net::phase refuse(unsigned status);
    net::phase send(std::string_view bytes);

    http_server& owner_;
    net::stream stream_;
    request_reader reader_;
    request request_;
    bool has_place_;
    bool open_ = true;
    bool gone_ = false;  // nobody is there to linger for
    bool timed_out_ = false;
    bool ended_ = false;  // the server has ended
    bool has_answered_ = false;
};

/// Starts the coroutine of a connection, on the thread of the server's first loop.
void serve(http_server& owner, net::unique_socket socket) noexcept;

}  // namespace pulsar::admin
