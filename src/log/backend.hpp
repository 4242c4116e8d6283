#pragma once

#include "line_sink.hpp"
#include "pulsar/log/levels.hpp"
#include "pulsar/log/log.hpp"
#include "pulsar/log/writer.hpp"

#include <spdlog/logger.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>

namespace pulsar::log {

/// What the functions of log.hpp work on: loggers and sink for the whole life of the process, a
/// writer from open() to close().
class backend {
  public:
    /// Is never destroyed: a writer left behind may still refer to it while the process exits.
    static backend& instance();

    void open(const options& opts);
    void close() noexcept;
    bool reopen() noexcept;

    [[nodiscard]] log::format format() const noexcept { return format_; }
    /// `payload` as from render(), in format().
    void write(component from, level severity, std::string_view payload) noexcept;
    void lose() noexcept { sink_->lose(); }
    [[nodiscard]] std::uint64_t lost() const noexcept { return sink_->lost(); }
    void wake_writer() noexcept { sink_->wake_writer(); }

  private:
    backend();
    write_loop::hooks hooks_for(const options& opts);

    const std::shared_ptr<line_sink> sink_ = std::make_shared<line_sink>();
    std::array<std::unique_ptr<spdlog::logger>, component_count> loggers_;
    std::atomic<log::format> format_ = log::format::text;
    std::mutex mutex_;                        ///< guards the two below
    std::shared_ptr<line_queue> file_queue_;  ///< none for standard output
    std::unique_ptr<writer> writer_;
};

}  // namespace pulsar::log
