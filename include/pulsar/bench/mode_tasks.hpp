#pragma once

#include "pulsar/net/task.hpp"

#include <cstdint>

namespace pulsar::bench {

class worker;

// What one connection of a run does in each mode, from its connect to its close; in `churn` and
// `halfclose`, all those that follow each other. Each is a coroutine on the worker's thread, which
// ends before the worker, and stands in a file of its own.

net::task echo_mode(worker& on, std::uint32_t connection);
net::task idle_mode(worker& on, std::uint32_t connection);
net::task churn_mode(worker& on, std::uint32_t connection);
net::task halfclose_mode(worker& on, std::uint32_t connection);

}  // namespace pulsar::bench
