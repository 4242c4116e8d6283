#include "pulsar/log/limited.hpp"

#include "backend.hpp"
#include "pulsar/log/render.hpp"

#include <algorithm>
#include <utility>

namespace pulsar::log {
namespace {

// Locked before a kind's own mutex, never after.
constinit std::mutex kinds_mutex;
constinit limited* first_kind = nullptr;

}  // namespace

limited::limited(component from, level severity, std::string_view msg,
                 std::chrono::milliseconds window, tally how) noexcept
    : from_(from), severity_(severity), msg_(msg), tally_(how), limiter_(window) {
    const std::lock_guard lock(kinds_mutex);
    next_ = std::exchange(first_kind, this);
}

limited::~limited() {
    const std::lock_guard lock(kinds_mutex);
    limited** link = &first_kind;
    while (*link != this)
        link = &(*link)->next_;
    *link = next_;
}

void limited::write(std::initializer_list<field> fields) noexcept {
    if (!backend::enabled(from_, severity_)) return;
    auto& log = backend::instance();
    try {
        auto payload = render(log.format(), msg_, fields);
        std::uint64_t events = 0;
        {
            const std::lock_guard lock(mutex_);
            const bool none_withheld = !limiter_.due();
            events = limiter_.admit(rate_limiter::clock::now());
            if (events == 0) {
                latest_ = std::move(payload);
                // It has to know when to release this one.
                if (none_withheld) log.wake_writer();
                return;
            }
        }
        emit(std::move(payload), events);
    } catch (...) {
        log.lose();
    }
}

std::optional<rate_limiter::clock::time_point> limited::release_all() noexcept {
    std::optional<rate_limiter::clock::time_point> next;
    const auto now = rate_limiter::clock::now();
    const std::lock_guard kinds_lock(kinds_mutex);
    for (auto* kind = first_kind; kind; kind = kind->next_) {
        const std::lock_guard lock(kind->mutex_);
        if (const auto events = kind->limiter_.release(now)) {
            kind->emit(std::move(kind->latest_), events);
        } else if (const auto due = kind->limiter_.due()) {
            next = std::min(next.value_or(*due), *due);
        }
    }
    return next;
}

void limited::flush_all() noexcept {
    const auto now = rate_limiter::clock::now();
    const std::lock_guard kinds_lock(kinds_mutex);
    for (auto* kind = first_kind; kind; kind = kind->next_) {
        const std::lock_guard lock(kind->mutex_);
        if (const auto events = kind->limiter_.flush(now)) {
            kind->emit(std::move(kind->latest_), events);
        }
    }
}

void limited::emit(std::string payload, std::uint64_t events) const noexcept {
    auto& log = backend::instance();
    try {
        if (tally_ == tally::count) {
            append_field(payload, log.format(), {"count", events});
        } else if (events > 1) {
            append_field(payload, log.format(), {"suppressed", events - 1});
        }
        log.write(from_, severity_, payload);
    } catch (...) {
        log.lose();
    }
}

}  // namespace pulsar::log
