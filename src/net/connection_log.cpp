#include "connection_log.hpp"

#include "pulsar/log/limited.hpp"
#include "pulsar/log/log.hpp"
#include "pulsar/net/endpoint.hpp"
#include "pulsar/protocol/frame.hpp"
#include "pulsar/protocol/hint.hpp"

#include <algorithm>
#include <new>
#include <string>
#include <utility>

namespace pulsar::net {

using namespace std::chrono_literals;
using log::component;
using log::level;

namespace {

/// What clients can cause at will.
struct warning : log::limited {
    explicit warning(std::string_view msg) noexcept
        : limited(component::connection, level::warn, msg, 1s, tally::suppressed) {}
};

warning frame_too_large("frame too large");
warning truncated_frame("truncated frame");
warning frame_timeout("frame timeout");
warning write_timeout("write timeout");
warning bad_proxy_header("bad proxy header");

constexpr std::size_t longest_head = 32;  // bytes of a header that are shown

std::string_view kind_of(const protocol::proxy_header& header) noexcept {
    if (header.what == protocol::proxy_header::command::local) return "local";
    return to_string(header.from);
}

}  // namespace

void log_opened(connection_record& record, int descriptor,
                const protocol::proxy_header* header) noexcept {
    if (std::exchange(record.opened, true)) return;
    if (!log::enabled(component::connection, level::info)) return;
    std::string local;
    try {
        local = local_address(descriptor);
    } catch (const std::bad_alloc&) {
        // The event must not be missed: `closed` follows.
    }
    std::optional<std::string_view> via;
    std::optional<std::string_view> proxy;
    if (header != nullptr) {
        proxy = kind_of(*header);
        if (header->what == protocol::proxy_header::command::proxy) via = record.real_peer();
    }
    log::write(component::connection, level::info, "opened",
               {{"conn", record.id},
                {"peer", record.peer()},
                {"local", local},
                {"via", via},
                {"proxy", proxy}});
}

bool logs_closed() noexcept {
    return log::enabled(component::connection, level::info);
}

void log_closed(connection_record& record) noexcept {
    log_opened(record, -1);  // where it was not, for want of memory
    std::optional<std::string_view> error;
    if (record.reason == close_reason::io_error && record.error) error = *record.error;
    std::optional<std::uint32_t> rtt_us;
    std::optional<std::uint32_t> retrans;
    if (record.path) {
        rtt_us = record.path->rtt_us;
        retrans = record.path->retrans;
    }
    log::write(component::connection, level::info, "closed",
               {{"conn", record.id},
                {"peer", record.peer()},
                {"reason", name(record.reason)},
                {"duration_s", to_seconds(clock::now() - record.opened_at)},
                {"frames", record.traffic.frames.get()},
                {"bytes_in", record.traffic.bytes_in.get()},
                {"bytes_out", record.traffic.bytes_out.get()},
                {"heartbeats", record.traffic.heartbeats.get()},
                {"rtt_us", rtt_us},
                {"retrans", retrans},
                {"error", error}});
}

void log_task(const connection_record& record, std::string_view msg) noexcept {
    log::write(component::connection, level::debug, msg,
               {{"conn", record.id}, {"peer", record.peer()}});
}

void log_heartbeat(const connection_record& record, time_point now) noexcept {
    const auto silent = now - record.last_read_at.load(std::memory_order_relaxed);
    log::write(component::connection, level::debug, "heartbeat",
               {{"conn", record.id}, {"peer", record.peer()}, {"silent_s", to_seconds(silent)}});
}

void log_exception(const connection_record& record, const std::exception& error) noexcept {
    log::write(component::connection, level::error, "exception",
               {{"conn", record.id}, {"peer", record.peer()}, {"error", error.what()}});
}

void log_frame_too_large(const connection_record& record, std::uint32_t announced,
                         std::size_t max_frame_size) noexcept {
    std::array<char, protocol::header_size> head{};
    const auto bytes = protocol::encode_header(announced);
    for (std::size_t i = 0; i < bytes.size(); ++i)
        head[i] = static_cast<char>(bytes[i]);
    const auto hint = protocol::hint(bytes, max_frame_size);
    frame_too_large.write({{"conn", record.id},
                           {"peer", record.peer()},
                           {"announced", announced},
                           {"head", std::string_view(head.data(), head.size())},
                           {"hint", hint.empty() ? std::nullopt : std::optional(hint)}});
}

void log_unfinished_frame(const connection_record& record, close_reason why,
                          std::optional<std::size_t> announced, std::size_t received) noexcept {
    auto& event = why == close_reason::truncated_frame ? truncated_frame : frame_timeout;
    event.write({{"conn", record.id},
                 {"peer", record.peer()},
                 {"announced", announced},
                 {"received", received}});
}

void log_bad_proxy_header(const connection_record& record, std::span<const std::byte> stream,
                          std::string_view error) noexcept {
    const auto head = stream.first(std::min(stream.size(), longest_head));
    bad_proxy_header.write(
        {{"conn", record.id},
         {"peer", record.peer()},
         {"received", stream.size()},
         {"head", std::string_view(reinterpret_cast<const char*>(head.data()), head.size())},
         {"error", error}});
}

void log_write_timeout(const connection_record& record, std::size_t pending_out) noexcept {
    write_timeout.write(
        {{"conn", record.id}, {"peer", record.peer()}, {"pending_out", pending_out}});
}

}  // namespace pulsar::net
