#pragma once

#include "pulsar/log/line_queue.hpp"

#include <spdlog/sinks/base_sink.h>

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

namespace pulsar::log {

/// Where all loggers meet: turns an event into a line and hands it to the queue of the writer in
/// office, if there is one.
class line_sink final : public spdlog::sinks::base_sink<std::mutex> {
  public:
    void attach(std::unique_ptr<spdlog::formatter> formatter, std::shared_ptr<line_queue> queue);
    void detach() noexcept;

    /// What the queue would be given.
    std::string line(const spdlog::details::log_msg& msg);
    /// Counts one line as dropped.
    void lose() noexcept;
    /// Lines that were, since attach().
    std::uint64_t lost() noexcept;
    void wake_writer() noexcept;

  protected:
    void sink_it_(const spdlog::details::log_msg& msg) override;
    void flush_() override {}

  private:
    std::shared_ptr<line_queue> queue_;
};

}  // namespace pulsar::log
