#include "line_sink.hpp"

#include <utility>

namespace pulsar::log {

void line_sink::attach(std::unique_ptr<spdlog::formatter> formatter, std::shared_ptr<writer> to) {
    const std::lock_guard lock(mutex_);
    formatter_ = std::move(formatter);
    writer_ = std::move(to);
}

std::shared_ptr<writer> line_sink::detach() noexcept {
    const std::lock_guard lock(mutex_);
    return std::move(writer_);
}

std::shared_ptr<writer> line_sink::current() noexcept {
    const std::lock_guard lock(mutex_);
    return writer_;
}

std::string line_sink::line(const spdlog::details::log_msg& msg) {
    const std::lock_guard lock(mutex_);
    spdlog::memory_buf_t text;
    formatter_->format(msg, text);
    return {text.data(), text.size()};
}

void line_sink::sink_it_(const spdlog::details::log_msg& msg) {
    if (!writer_) return;
    try {
        spdlog::memory_buf_t text;
        formatter_->format(msg, text);
        writer_->queue().append({text.data(), text.size()});
    } catch (...) {
        writer_->queue().lose(1);
    }
}

}  // namespace pulsar::log
