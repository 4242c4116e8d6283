#include "backend.hpp"

#include "line_format.hpp"
#include "output.hpp"
#include "pulsar/log/limited.hpp"
#include "pulsar/log/render.hpp"
#include "pulsar/system/journal.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <unistd.h>
#include <utility>

namespace pulsar::log {
namespace {

/// As much again may be in the writer's hands.
constexpr std::size_t queue_limit = std::size_t{8} << 20;

/// The least severe level that each component logs; all `off` while the log is closed. To ask takes
/// no backend, which takes memory.
constinit std::array<std::atomic<level>, component_count> thresholds{
    level::off, level::off, level::off, level::off, level::off};

std::unique_ptr<output> open_output(const std::string& file) {
    return file.empty() ? open_standard_output() : open_file(file);
}

layout layout_for(const options& opts) {
    if (opts.format == format::json) return layout::json;
    const bool journal = opts.file.empty() && system::is_journal(STDOUT_FILENO);
    return journal ? layout::journal : layout::text;
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
        loggers_[i]->set_level(spdlog::level::trace);  // enabled() has decided
        // The default handler prints to standard error.
        loggers_[i]->set_error_handler([](const std::string&) {});
    }
}

void backend::open(const options& opts) {
    auto formatter = make_formatter(layout_for(opts));
    const auto fresh =
        std::make_shared<writer>(queue_limit, open_output(opts.file), hooks_for(opts));
    const std::lock_guard lock(mutex_);
    fresh->start();
    end();
    format_ = opts.format;
    sink_->attach(std::move(formatter), fresh);
    for (std::size_t i = 0; i < component_count; ++i)
        thresholds[i].store(opts.levels.of[i], std::memory_order_relaxed);
}

void backend::close() noexcept {
    const std::lock_guard lock(mutex_);
    end();
}

/// The levels go last: they decide whether the writer tells of what was lost.
void backend::end() noexcept {
    limited::flush_all();
    if (const auto last = sink_->detach()) last->finish();
    for (auto& each : thresholds)
        each.store(level::off, std::memory_order_relaxed);
}

bool backend::reopen() noexcept {
    const auto current = sink_->current();
    return current && current->reopen();
}

bool backend::enabled(component from, level severity) noexcept {
    return severity != level::off &&
           severity >= thresholds[static_cast<std::size_t>(from)].load(std::memory_order_relaxed);
}

void backend::write(component from, level severity, std::string_view payload) noexcept {
    try {
        loggers_[static_cast<std::size_t>(from)]->log(to_spdlog(severity), payload);
    } catch (...) {
        lose();
    }
}

void backend::lose() noexcept {
    if (const auto current = sink_->current()) current->queue().lose(1);
}

std::uint64_t backend::lost() const noexcept {
    const auto current = sink_->current();
    return current ? current->queue().lost() : 0;
}

void backend::wake_writer() noexcept {
    if (const auto current = sink_->current()) current->queue().wake();
}

writer::hooks backend::hooks_for(const options& opts) {
    writer::hooks hooks{
        .lost_line =
            [this](std::uint64_t count) {
                if (!enabled(component::log, level::warn)) return std::string();
                const auto payload = render(format_, "dropped", {{"count", count}});
                return sink_->line({name(component::log), to_spdlog(level::warn), payload});
            },
        .open = {},
        .reopened = [file = opts.file](const auto& error) { report_reopened(file, error); },
        .tick = [] { return limited::release_all(); },
    };
    if (!opts.file.empty()) hooks.open = [file = opts.file] { return open_file(file); };
    return hooks;
}

}  // namespace pulsar::log
