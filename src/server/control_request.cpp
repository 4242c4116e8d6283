#include "pulsar/server/control_request.hpp"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>

#include <utility>

namespace pulsar::server {

namespace asio = boost::asio;

control_request::control_request(const net::control_strand& control, std::function<void()> call)
    : control_(control), call_(std::move(call)) {}

/// To post into the strand takes two operations, and if there is no memory for the second the
/// strand stays locked: so first to its loop, where to enter the strand takes one.
void control_request::ask() noexcept {
    if (asked_.exchange(true)) return;
    const auto in_strand = [this] {
        asked_ = false;
        call_();
    };
    const auto on_loop = [this, in_strand] {
        asio::dispatch(control_, net::bind_memory(in_strand_memory_, in_strand));
    };
    asio::post(control_.get_inner_executor(), net::bind_memory(on_loop_memory_, on_loop));
}

}  // namespace pulsar::server
