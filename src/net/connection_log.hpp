#pragma once

#include "pulsar/net/connection_record.hpp"
#include "pulsar/protocol/proxy_header.hpp"

#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <span>
#include <string_view>

/// The events of component `connection`; each has the connection's `conn` and `peer`.
namespace pulsar::net {

/// Before all others but log_task(): the record notes it, and a second call does nothing.
/// `descriptor` is the socket's; `header` what a proxy has begun with.
void log_opened(connection_record& record, int descriptor,
                const protocol::proxy_header* header = nullptr) noexcept;
/// Whether log_closed() would write a line. It writes `opened` too, where that was not.
bool logs_closed() noexcept;
void log_closed(connection_record& record) noexcept;
void log_task(const connection_record& record, std::string_view msg) noexcept;
void log_heartbeat(const connection_record& record, time_point now) noexcept;
void log_exception(const connection_record& record, const std::exception& error) noexcept;

/// Sizes in bytes: `announced` of the payload, nothing while the header is incomplete; `received`
/// of the frame with its header; `pending_out` of what is not sent.
void log_frame_too_large(const connection_record& record, std::uint32_t announced,
                         std::size_t max_frame_size) noexcept;
void log_unfinished_frame(const connection_record& record, close_reason why,
                          std::optional<std::size_t> announced, std::size_t received) noexcept;
/// `stream` is what was there of the connection.
void log_bad_proxy_header(const connection_record& record, std::span<const std::byte> stream,
                          std::string_view error) noexcept;
void log_write_timeout(const connection_record& record, std::size_t pending_out) noexcept;

}  // namespace pulsar::net
