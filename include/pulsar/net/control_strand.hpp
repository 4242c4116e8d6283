#pragma once

#include "pulsar/net/clock.hpp"

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/wait_traits.hpp>

namespace pulsar::net {

/// The strand that what the loops share lives on: listeners, registry, reporter, signals, drain.
using control_strand = boost::asio::strand<boost::asio::io_context::executor_type>;

/// Its timers. With asio::steady_timer, whose executor can be any, each expiry would allocate.
using control_timer =
    boost::asio::basic_waitable_timer<clock, boost::asio::wait_traits<clock>, control_strand>;

}  // namespace pulsar::net
