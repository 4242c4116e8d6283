#pragma once

#include "pulsar/log/event.hpp"
#include "pulsar/net/clock.hpp"
#include "pulsar/net/connection_record.hpp"

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <utility>

namespace pulsar::server {

/// Connections described before a loop turns to its sockets again: some 50 microseconds of work.
inline constexpr std::size_t lines_per_piece = 32;

/// Calls `use` with what is shown of a connection that is open, by the report and by the admin
/// endpoint. On the control strand. The fields live as long as the call.
template <typename Use>
void describe_active(const net::connection_record& record, net::time_point now, Use&& use) {
    const auto last_read_at = record.last_read_at.load(std::memory_order_relaxed);
    const std::initializer_list<log::field> fields{
        {"conn", record.id},
        {"peer", record.peer()},
        {"age_s", net::to_seconds(now - record.opened_at)},
        {"idle_s", std::max(0.0, net::to_seconds(now - last_read_at))},
        {"frames", record.traffic.frames.get()},
        {"bytes_in", record.traffic.bytes_in.get()},
        {"bytes_out", record.traffic.bytes_out.get()}};
    std::forward<Use>(use)(fields);
}

}  // namespace pulsar::server
