#pragma once

#include "pulsar/net/clock.hpp"

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/wait_traits.hpp>

namespace pulsar::net {

/// The strand that what the loops share lives on: listeners, registry, reporter, signals, drain.
///
/// It is over the context of the first loop, which a single thread runs, and so excludes nothing
/// that this does not: it is a name for what belongs there. What is handed a control_strand calls
/// back on it, an assert() of it tells the shared from a connection's own, and that the loop is the
/// first one is known in a single place.
using control_strand = boost::asio::strand<boost::asio::io_context::executor_type>;

/// Its timers. With asio::steady_timer, whose executor can be any, each expiry would allocate.
///
/// Asio keeps the timers that are waited for in a vector. That must not have to grow when there is
/// no memory left: so each is waited for from its construction on, which takes its place there.
/// Cancel it at the end, or the loop goes on waiting.
class control_timer
    : public boost::asio::basic_waitable_timer<clock, boost::asio::wait_traits<clock>,
                                               control_strand> {
  public:
    explicit control_timer(const control_strand& control)
        : basic_waitable_timer(control, time_point::max()) {
        async_wait([](boost::system::error_code) {});
    }
};

}  // namespace pulsar::net
