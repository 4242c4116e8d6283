#pragma once

#include "writer.hpp"

#include <spdlog/sinks/base_sink.h>

#include <memory>
#include <mutex>
#include <string>

namespace pulsar::log {

/// Where all loggers meet: makes an event a line and puts it into the queue of the current writer,
/// if there is one.
class line_sink final : public spdlog::sinks::base_sink<std::mutex> {
  public:
    void attach(std::unique_ptr<spdlog::formatter> formatter, std::shared_ptr<writer> to);
    /// From here on events go nowhere. The writer until now, if any.
    std::shared_ptr<writer> detach() noexcept;

    /// The writer, if any.
    std::shared_ptr<writer> current() noexcept;
    /// The line that an event would become. Throws std::bad_alloc.
    std::string line(const spdlog::details::log_msg& msg);

  protected:
    void sink_it_(const spdlog::details::log_msg& msg) override;
    void flush_() override {}

  private:
    std::shared_ptr<writer> writer_;
};

}  // namespace pulsar::log
