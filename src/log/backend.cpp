#include "backend.hpp"

#include "line_format.hpp"
#include "pulsar/log/limited.hpp"
#include "pulsar/log/output.hpp"
#include "pulsar/log/render.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace pulsar::log {
namespace {

/// What may wait for the writer; as much again may be in its hands.
constexpr std::size_t queue_limit = std::size_t{8} << 20;

std::unique_ptr<output> open_output(const std::string& file) {
    return file.empty() ? open_standard_output() : open_file(file);
}

void report_reopened(const std::string& file, const std::error_code& error) {
    if (error) {
        write(component::log, level::error, "reopen failed",
              {{"file", file}, {"error", describe(error.value())}});
    } else {
        write(component::log, level::info, "reopened", {{"file", file}});
    }
}

}  // namespace

backend& backend::instance() {
    static backend& only = *new backend;
    return only;
}

backend::backend() {
    for (std::size_t i = 0; i < component_count; ++i) {
        const std::string module(name(static_cast<component>(i)));
        loggers_[i] = std::make_unique<spdlog::logger>(module, sink_);
        // The default handler prints to standard error.
        loggers_[i]->set_error_handler([](const std::string&) {});
    }
}

void backend::open(const options& opts) {
    auto out = open_output(opts.file);
    auto queue = std::make_shared<line_queue>(queue_limit);
    if (ends_mid_line(*out)) queue->append("\n");
    auto formatter = make_formatter(opts.format);
    auto fresh = std::make_unique<writer>(queue, std::move(out), hooks_for(opts));

    close();
    const std::lock_guard lock(mutex_);
    writer_ = std::move(fresh);
    file_queue_ = opts.file.empty() ? nullptr : queue;
    format_ = opts.format;
    sink_->attach(std::move(formatter), std::move(queue));
    for (std::size_t i = 0; i < component_count; ++i) {
        loggers_[i]->set_level(to_spdlog(opts.levels.of[i]));
        detail::thresholds[i].store(opts.levels.of[i], std::memory_order_relaxed);
    }
}

void backend::close() noexcept {
    flush_limited();
    std::unique_ptr<writer> last;
    {
        const std::lock_guard lock(mutex_);
        for (auto& threshold : detail::thresholds)
            threshold = level::off;
        sink_->detach();
        file_queue_.reset();
        last = std::move(writer_);
    }
    // Its destructor writes what is left, and may take its time: not under the lock.
}

bool backend::reopen() noexcept {
    const std::lock_guard lock(mutex_);
    if (file_queue_) file_queue_->request_reopen();
    return file_queue_ != nullptr;
}

void backend::write(component from, level severity, std::string_view payload) noexcept {
    try {
        loggers_[static_cast<std::size_t>(from)]->log(to_spdlog(severity), payload);
    } catch (...) {
        lose();
    }
}

write_loop::hooks backend::hooks_for(const options& opts) {
    const bool told = level::warn >= opts.levels.of[static_cast<std::size_t>(component::log)];
    return {
        .lost_line =
            [this, told, as = opts.format](std::uint64_t count) {
                if (!told) return std::string();
                const auto payload = render(as, "dropped", {{"count", count}});
                return sink_->line({name(component::log), to_spdlog(level::warn), payload});
            },
        .open = [file = opts.file] { return open_output(file); },
        .reopened = [file =
                         opts.file](const std::error_code& error) { report_reopened(file, error); },
        .tick = [] { return limited::release_all(); },
    };
}

}  // namespace pulsar::log
