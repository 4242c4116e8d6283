#pragma once

#include "owed_output.hpp"
#include "pulsar/net/clock.hpp"
#include "pulsar/net/connection_record.hpp"
#include "pulsar/net/options.hpp"

#include <cstddef>
#include <optional>
#include <set>
#include <string_view>

namespace pulsar::fuzz {

class scripted_socket;

/// What the README promises of one connection, held against what the connection does: each call
/// ends the program if that is against it.
class contract {
  public:
    explicit contract(const net::connection_options& options);

    // What the socket sees the connection do.
    void received(std::string_view bytes);
    void read_fin();
    void met(int error);  ///< an errno
    /// `bytes` were to be sent, and the kernel took the first `taken`; nothing: it failed.
    void offered(std::string_view bytes, std::optional<std::size_t> taken,
                 const scripted_socket& socket);
    void sending_fin(const scripted_socket& socket);
    void closing(bool reset, const scripted_socket& socket);

    // What is done to the connection.
    void acknowledged();
    void jumped();  ///< the clock, over what was due in between
    void drain(const scripted_socket& socket);
    void cut_off();

    /// The connection waits, and nothing that it waits for has happened.
    void check_waiting(const scripted_socket& socket) const;
    void check_closed(const net::connection_record& record, const scripted_socket& socket) const;

  private:
    bool lingering() const noexcept { return fin_sent_at_.has_value(); }
    bool leaving() const noexcept { return read_fin_ || owed_.too_large() || lingering(); }
    bool draining() const noexcept { return drained_at_.has_value(); }
    void check_heartbeat(const scripted_socket& socket) const;
    void check_blocked(const scripted_socket& socket) const;
    void check_silent(const scripted_socket& socket) const;
    void check_lingering(const scripted_socket& socket) const;
    void check_memory() const;
    void note_reasons(const scripted_socket& socket);

    const net::connection_options options_;
    owed_output owed_;

    net::time_point last_read_;
    net::time_point last_heartbeat_;
    net::time_point frame_began_;        // its first byte was read
    net::time_point frame_time_counts_;  // from here: not while nothing is read
    net::time_point blocked_at_;
    net::time_point last_progress_;  // the peer acknowledged something
    net::time_point last_jump_;      // what is seen only now and then may be seen this late
    int heartbeats_in_silence_ = 0;
    std::size_t heartbeats_ = 0;
    std::size_t bytes_out_ = 0;
    bool blocked_ = false;

    std::optional<net::time_point> drained_at_;
    std::size_t arrived_ = 0;  // of the stream, when the drain began
    bool cut_off_ = false;
    bool read_fin_ = false;
    std::set<int> errors_;

    std::optional<net::time_point> fin_sent_at_;
    net::time_point last_discard_;
    std::size_t discardable_ = 0;
    bool lingered_ = false;                // for long enough
    std::set<net::close_reason> reasons_;  // why it may have begun to leave
    std::optional<bool> closed_by_reset_;
};

}  // namespace pulsar::fuzz
