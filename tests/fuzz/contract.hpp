#pragma once

#include "owed_output.hpp"
#include "pulsar/net/clock.hpp"
#include "pulsar/net/connection_record.hpp"
#include "pulsar/net/options.hpp"

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace pulsar::fuzz {

class scripted_socket;

/// What the README promises of one connection, held against what the connection does: each call
/// ends the program if that is against it.
class contract {
  public:
    /// `proxied`: a PROXY header is due.
    contract(const net::connection_options& options, bool proxied);

    // What the socket sees the connection do.
    void received(std::string_view bytes);
    void read_fin();
    void met(int error);  ///< an errno
    /// `bytes` were to be sent, and the kernel took the first `taken`; nothing: it failed.
    void offered(std::string_view bytes, std::optional<std::size_t> taken,
                 const scripted_socket& socket);
    void acknowledging();  ///< at once what was received
    void waiting_for_input();
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
    /// Since it decided to close has passed what all of that may take.
    bool out_of_patience() const;
    bool leaving() const noexcept {
        return read_fin_ || owed_.too_large() || bad_header_ || lingering();
    }
    /// Bytes of the stream that were received, its header among them.
    std::size_t received() const noexcept { return header_.size() + owed_.received(); }
    /// Part of a header or of a frame is here.
    bool holds_a_part() const noexcept {
        return owed_.partial() > 0 || (header_due_ && !header_.empty());
    }
    std::chrono::nanoseconds longest_header() const noexcept;
    bool draining() const noexcept { return drained_at_.has_value(); }
    void check_heartbeat(const scripted_socket& socket) const;
    void check_blocked(const scripted_socket& socket) const;
    void check_silent(const scripted_socket& socket) const;
    void check_lingering(const scripted_socket& socket) const;
    void check_memory() const;
    void note_reasons(const scripted_socket& socket);
    std::string_view receive_header(std::string_view bytes);

    const net::connection_options options_;
    owed_output owed_;

    const net::time_point accepted_at_;
    bool header_due_;  // and not complete yet
    bool bad_header_ = false;
    bool header_in_drain_ = false;  // it was complete only then
    std::string header_;            // as far as it is here
    std::string client_;            // whom it names

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
    bool has_sent_ = false;      // since the last wait for input
    bool acknowledged_ = false;  // since the last byte
    bool header_alone_ = false;  // is what was received since the last wait, or part of it

    std::optional<net::time_point> drained_at_;
    std::size_t arrived_ = 0;  // of the stream, when the drain began
    bool cut_off_ = false;
    bool read_fin_ = false;
    std::set<int> errors_;

    std::optional<net::time_point> left_at_;  // it decided to close
    std::optional<net::time_point> fin_sent_at_;
    net::time_point last_discard_;
    std::size_t discardable_ = 0;
    bool lingered_ = false;                // for long enough
    std::set<net::close_reason> reasons_;  // why it may have begun to leave
    std::optional<bool> closed_by_reset_;
};

}  // namespace pulsar::fuzz
