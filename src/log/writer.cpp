#include "pulsar/log/writer.hpp"

#include "pulsar/system/blocked_signals.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

namespace pulsar::log {
namespace {

using namespace std::chrono_literals;

constexpr auto most_time = 5s;
constexpr auto most_time_without_progress = 500ms;

/// As long as it writes.
bool finishes(write_loop& loop) noexcept {
    const auto end = write_loop::clock::now() + most_time;
    for (;;) {
        const auto before = loop.written();
        const auto now = write_loop::clock::now();
        if (loop.wait_until_finished(std::min(end, now + most_time_without_progress))) return true;
        if (loop.written() == before || now >= end) return false;
    }
}

}  // namespace

writer::writer(std::shared_ptr<line_queue> queue, std::unique_ptr<output> out,
               write_loop::hooks owner)
    : queue_(std::move(queue)),
      loop_(std::make_shared<write_loop>(queue_, std::move(out), std::move(owner))) {
    // Handlers run on other threads, and EPIPE comes without its SIGPIPE.
    const system::blocked_signals while_it_starts;
    try {
        thread_ = std::thread([loop = loop_] { loop->run(); });
    } catch (const std::system_error& error) {
        throw std::system_error(error.code(), "cannot start the log's thread");
    }
}

writer::~writer() {
    queue_->close();
    bool finished = finishes(*loop_);
    if (!finished) {
        loop_->abandon();
        finished =
            loop_->wait_until_finished(write_loop::clock::now() + most_time_without_progress);
    }
    if (finished) {
        thread_.join();
    } else {
        thread_.detach();
    }
}

}  // namespace pulsar::log
