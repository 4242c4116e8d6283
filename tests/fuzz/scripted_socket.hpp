#pragma once

#include "contract.hpp"
#include "pulsar/net/stream.hpp"

#include <coroutine>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace pulsar::fuzz {

/// The socket of the connection under test, as a script plays it: the kernel and the peer behind
/// it. scripted_stream.cpp makes a net::stream of it. Tells `watched` what the connection does.
class scripted_socket {
  public:
    explicit scripted_socket(contract& watched) noexcept : contract_(watched) {}

    // What the script does.
    void deliver(std::string_view bytes) { incoming_ += bytes; }
    void finish() noexcept { fin_in_ = true; }
    /// An error of the whole connection, an errno such as ECONNRESET; what has been delivered can
    /// be read before it, unless it is lost.
    void break_off(int error, bool lose_input) noexcept;
    void fail_next_receive(int error) noexcept { receive_error_ = error; }
    void fail_next_send(int error) noexcept { send_error_ = error; }
    /// The next reads bring no more than so many bytes each.
    void shorten_reads(std::size_t bytes) noexcept {
        longest_read_ = bytes;
        short_reads_ = 8;
    }
    void open_window(std::size_t bytes) noexcept { window_ += bytes; }
    void acknowledge(std::size_t bytes);
    void acknowledge_all() { acknowledge(unacked()); }
    void wake() noexcept;

    // How it stands.
    std::size_t unread() const noexcept { return incoming_.size() - taken_; }
    std::size_t unacked() const noexcept { return output_.size() + (fin_out_ ? 1 : 0) - acked_; }
    std::size_t window() const noexcept { return window_; }
    bool fin_in() const noexcept { return fin_in_; }
    bool fin_out() const noexcept { return fin_out_; }
    bool broken() const noexcept { return broken_; }
    bool closed() const noexcept { return closed_; }
    const std::string& output() const noexcept { return output_; }
    /// Grows with every byte moved, and with every change of state.
    std::size_t moves() const noexcept { return moves_; }

    /// Whether the connection's coroutine would be resumed by its loop.
    bool ready() const noexcept;
    void resume();

    // What the stream does.
    net::stream::transfer receive(std::span<std::byte> into);
    net::stream::transfer send(std::span<const std::byte> data);
    void acknowledge_input();
    void forget_writable() noexcept { watched_writable_ = false; }
    void shutdown_send();
    void close(bool reset);
    void wait(net::stream::event until, std::coroutine_handle<> waiting) noexcept;

  private:
    int take_error(int& call_error) noexcept;

    contract& contract_;
    std::string incoming_;
    std::size_t taken_ = 0;  // of incoming_
    std::string output_;
    std::size_t acked_ = 0;  // of output_, and of the FIN behind it
    std::size_t window_ = 0;
    std::size_t longest_read_ = 0;
    int short_reads_ = 0;
    std::size_t moves_ = 0;
    int error_ = 0;  // of the connection, not reported yet
    int receive_error_ = 0;
    int send_error_ = 0;
    bool fin_in_ = false;
    bool fin_out_ = false;
    bool broken_ = false;
    bool closed_ = false;
    bool woken_ = false;
    bool watched_writable_ = false;

    std::coroutine_handle<> waiting_;
    net::stream::event until_{};
};

/// The one that every net::stream of this program is; null: none can be opened.
inline scripted_socket* the_socket = nullptr;

}  // namespace pulsar::fuzz
