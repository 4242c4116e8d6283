#include "line_sink.hpp"

#include <string_view>
#include <utility>

namespace pulsar::log {

void line_sink::attach(std::unique_ptr<spdlog::formatter> formatter,
                       std::shared_ptr<line_queue> queue) {
    const std::lock_guard lock(mutex_);
    formatter_ = std::move(formatter);
    queue_ = std::move(queue);
}

void line_sink::detach() noexcept {
    const std::lock_guard lock(mutex_);
    queue_.reset();
}

std::string line_sink::line(const spdlog::details::log_msg& msg) {
    const std::lock_guard lock(mutex_);
    spdlog::memory_buf_t text;
    formatter_->format(msg, text);
    return {text.data(), text.size()};
}

void line_sink::lose() noexcept {
    const std::lock_guard lock(mutex_);
    if (queue_) queue_->lose(1);
}

std::uint64_t line_sink::lost() noexcept {
    const std::lock_guard lock(mutex_);
    return queue_ ? queue_->lost() : 0;
}

void line_sink::wake_writer() noexcept {
    const std::lock_guard lock(mutex_);
    if (queue_) queue_->wake();
}

void line_sink::sink_it_(const spdlog::details::log_msg& msg) {
    if (!queue_) return;
    try {
        spdlog::memory_buf_t text;
        formatter_->format(msg, text);
        queue_->append({text.data(), text.size()});
    } catch (...) {
        queue_->lose(1);
    }
}

}  // namespace pulsar::log
