#pragma once

#include "pulsar/net/accept_failures.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace pulsar::net {

/// What is known of a listener outside of it. Lives on the control strand.
struct listener_record {
    explicit listener_record(std::string address) : name(std::move(address)) {}

    const std::string name;    ///< the address as the log shows it
    std::uint64_t opened = 0;  ///< connections, ever
    std::size_t open = 0;      ///< those that are there now
    accept_failures failures;
};

}  // namespace pulsar::net
