#pragma once

#include "pulsar/server/server.hpp"
#include "support/held_socket.hpp"
#include "support/json.hpp"
#include "support/temp_dir.hpp"

#include <future>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace pulsar::test {

/// Of a server that `socket` is handed to; it gets a copy, as a child does.
server::options handing(const held_socket& socket);

/// A server in this process, on a thread of its own, listening on port 0 of 127.0.0.1 unless
/// `options.listen` says otherwise. It logs every event, as JSON, to a file. One at a time.
class running_server {
  public:
    explicit running_server(server::options options = {});
    ~running_server();
    running_server(const running_server&) = delete;
    running_server& operator=(const running_server&) = delete;

    [[nodiscard]] std::string address(std::size_t index = 0) const;

    /// Begins the drain, and returns at once.
    void stop() { stop_.request_stop(); }
    /// Drains to the end; what server::run() said.
    bool finish();

    /// Of one kind, as far as they have been written.
    std::vector<event> events(std::string_view module, std::string_view msg);
    /// The first of them, once it is there.
    event wait_for(std::string_view module, std::string_view msg);

    server::server& operator*() { return server_; }

  private:
    temp_dir dir_;
    std::string log_file_;
    server::server server_;
    std::stop_source stop_;
    std::future<bool> result_;
};

}  // namespace pulsar::test
