#pragma once

#include "line_sink.hpp"
#include "pulsar/log/levels.hpp"
#include "pulsar/log/log.hpp"

#include <spdlog/logger.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>

namespace pulsar::log {

/// What the functions of log.hpp and the kinds of limited.hpp work on: a logger for each component,
/// and the one sink of them all. Both live as long as the process; the sink has a writer from
/// open() to close().
class backend {
  public:
    /// Is never destroyed: a writer left behind may still refer to it while the process exits.
    static backend& instance();

    void open(const options& opts);
    void close() noexcept;
    bool reopen() noexcept;

    static bool enabled(component from, level severity) noexcept;
    [[nodiscard]] log::format format() const noexcept { return format_; }
    /// `payload` as from render(), in format().
    void write(component from, level severity, std::string_view payload) noexcept;
    /// Counts an event as dropped.
    void lose() noexcept;
    [[nodiscard]] std::uint64_t lost() const noexcept;
    void wake_writer() noexcept;

  private:
    backend();
    void end() noexcept;
    writer::hooks hooks_for(const options& opts);

    const std::shared_ptr<line_sink> sink_ = std::make_shared<line_sink>();
    std::array<std::unique_ptr<spdlog::logger>, component_count> loggers_;
    std::atomic<log::format> format_ = log::format::text;
    std::mutex mutex_;  ///< one open() or close() at a time
};

}  // namespace pulsar::log
