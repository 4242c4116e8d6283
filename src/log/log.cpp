#include "pulsar/log/log.hpp"

#include "backend.hpp"
#include "pulsar/log/limited.hpp"
#include "pulsar/log/render.hpp"

namespace pulsar::log {

void open(const options& opts) {
    backend::instance().open(opts);
}

void close() noexcept {
    backend::instance().close();
}

bool reopen() noexcept {
    return backend::instance().reopen();
}

bool enabled(component from, level severity) noexcept {
    return backend::enabled(from, severity);
}

void write(component from, level severity, std::string_view msg,
           std::initializer_list<field> fields) noexcept {
    if (!enabled(from, severity)) return;
    auto& log = backend::instance();
    try {
        log.write(from, severity, render(log.format(), msg, fields));
    } catch (...) {
        log.lose();
    }
}

std::uint64_t dropped() noexcept {
    return backend::instance().lost();
}

void flush_limited() noexcept {
    limited::flush_all();
}

}  // namespace pulsar::log
