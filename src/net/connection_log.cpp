#include "connection_log.hpp"

#include "pulsar/log/limited.hpp"
#include "pulsar/log/log.hpp"
#include "pulsar/net/endpoint.hpp"
#include "pulsar/protocol/frame.hpp"

#include <new>
#include <string>

namespace pulsar::net {

using namespace std::chrono_literals;
using log::component;
using log::level;

namespace {

using kind = log::limited;

kind frame_too_large(component::connection, level::warn, "frame too large", 1s,
                     kind::tally::suppressed);
kind truncated_frame(component::connection, level::warn, "truncated frame", 1s,
                     kind::tally::suppressed);
kind frame_timeout(component::connection, level::warn, "frame timeout", 1s,
                   kind::tally::suppressed);
kind write_timeout(component::connection, level::warn, "write timeout", 1s,
                   kind::tally::suppressed);

}  // namespace

void log_opened(const connection_record& record, int descriptor) noexcept {
    if (!log::enabled(component::connection, level::info)) return;
    std::string local;
    try {
        local = local_address(descriptor);
    } catch (const std::bad_alloc&) {
        // The event must not be missed: `closed` follows.
    }
    log::write(component::connection, level::info, "opened",
               {{"conn", record.id}, {"peer", record.peer}, {"local", local}});
}

void log_closed(const connection_record& record) noexcept {
    std::optional<std::string_view> error;
    if (record.reason == close_reason::io_error) error = record.error;
    log::write(component::connection, level::info, "closed",
               {{"conn", record.id},
                {"peer", record.peer},
                {"reason", name(record.reason)},
                {"duration_s", to_seconds(clock::now() - record.opened_at)},
                {"frames", record.traffic.frames.get()},
                {"bytes_in", record.traffic.bytes_in.get()},
                {"bytes_out", record.traffic.bytes_out.get()},
                {"heartbeats", record.traffic.heartbeats.get()},
                {"error", error}});
}

void log_task_started(const connection_record& record) noexcept {
    log::write(component::connection, level::debug, "task started",
               {{"conn", record.id}, {"peer", record.peer}});
}

void log_task_finished(const connection_record& record) noexcept {
    log::write(component::connection, level::debug, "task finished",
               {{"conn", record.id}, {"peer", record.peer}});
}

void log_heartbeat(const connection_record& record, time_point now) noexcept {
    const auto silent = now - record.last_read_at.load(std::memory_order_relaxed);
    log::write(component::connection, level::debug, "heartbeat",
               {{"conn", record.id}, {"peer", record.peer}, {"silent_s", to_seconds(silent)}});
}

void log_exception(const connection_record& record, const std::exception& error) noexcept {
    log::write(component::connection, level::error, "exception",
               {{"conn", record.id}, {"peer", record.peer}, {"error", error.what()}});
}

void log_frame_too_large(const connection_record& record, std::uint32_t announced) noexcept {
    std::array<char, protocol::header_size> head{};
    const auto bytes = protocol::encode_header(announced);
    for (std::size_t i = 0; i < bytes.size(); ++i)
        head[i] = static_cast<char>(bytes[i]);
    frame_too_large.write({{"conn", record.id},
                           {"peer", record.peer},
                           {"announced", announced},
                           {"head", std::string_view(head.data(), head.size())}});
}

void log_truncated_frame(const connection_record& record, std::optional<std::size_t> announced,
                         std::size_t received) noexcept {
    truncated_frame.write({{"conn", record.id},
                           {"peer", record.peer},
                           {"announced", announced},
                           {"received", received}});
}

void log_frame_timeout(const connection_record& record, std::optional<std::size_t> announced,
                       std::size_t received) noexcept {
    frame_timeout.write({{"conn", record.id},
                         {"peer", record.peer},
                         {"announced", announced},
                         {"received", received}});
}

void log_write_timeout(const connection_record& record, std::size_t pending_out) noexcept {
    write_timeout.write({{"conn", record.id}, {"peer", record.peer}, {"pending_out", pending_out}});
}

}  // namespace pulsar::net
