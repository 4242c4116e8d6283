#pragma once

#include "pulsar/net/connection_record.hpp"

#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>

/// The events of component `connection`; each has the connection's `conn` and `peer`.
namespace pulsar::net {

void log_opened(const connection_record& record, int descriptor) noexcept;
void log_closed(const connection_record& record) noexcept;
void log_task_started(const connection_record& record) noexcept;
void log_task_finished(const connection_record& record) noexcept;
void log_heartbeat(const connection_record& record, time_point now) noexcept;
void log_exception(const connection_record& record, const std::exception& error) noexcept;

/// Sizes in bytes: `announced` of the payload, nothing while the header is incomplete; `received`
/// of the frame with its header; `pending_out` of what is not sent.
void log_frame_too_large(const connection_record& record, std::uint32_t announced) noexcept;
void log_truncated_frame(const connection_record& record, std::optional<std::size_t> announced,
                         std::size_t received) noexcept;
void log_frame_timeout(const connection_record& record, std::optional<std::size_t> announced,
                       std::size_t received) noexcept;
void log_write_timeout(const connection_record& record, std::size_t pending_out) noexcept;

}  // namespace pulsar::net
