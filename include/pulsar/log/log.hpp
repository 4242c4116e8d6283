#pragma once

#include "pulsar/log/event.hpp"
#include "pulsar/log/levels.hpp"

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

/// Structured events, one a line, of the whole process. Every function may be called from any
/// thread, none waits for the output but close(), and none throws but open().
namespace pulsar::log {

enum class format : std::uint8_t { text, json };

struct options {
    log::levels levels{};
    log::format format = format::text;
    std::string file{};  ///< appended to; empty: standard output, which may be the journal
};

/// Opens the output and starts the writer's thread; closes first what was open. Until then events
/// go nowhere. Throws std::system_error that names the file when it cannot be opened.
void open(const options& opts);

/// Logs what `limited` kinds withhold, writes out what waits, as long as the output takes it, and
/// ends the writer. An output that makes no progress for half a second, or is not done in five,
/// costs the lines that are left, not the exit. Afterwards events go nowhere.
void close() noexcept;

/// Opens `options::file` anew before the next line, for log rotation. Lines written before are in
/// the old file, lines after in the new one, none in neither; an old file that takes no more leaves
/// its share to the new one. If the new one cannot be opened the old one stays in use and an
/// `error` event says why. False if the log goes to standard output or is closed.
bool reopen() noexcept;

/// Whether an event would be logged: ask before fields are costly to make.
bool enabled(component from, level severity) noexcept;

/// Logs an event, or counts it as dropped when there is no room or no memory for it. `msg` and the
/// keys are the program's own words; values may hold any bytes.
void write(component from, level severity, std::string_view msg,
           std::initializer_list<field> fields) noexcept;

/// How many events were dropped since open().
std::uint64_t dropped() noexcept;

/// Logs at once what `limited` kinds withhold, for the end of the process.
void flush_limited() noexcept;

}  // namespace pulsar::log
