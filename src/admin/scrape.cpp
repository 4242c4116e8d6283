#include "scrape.hpp"

#include "pulsar/log/log.hpp"

#include <algorithm>

namespace pulsar::admin {

namespace {

constexpr std::size_t descriptors_per_piece = 128;

}  // namespace

scrape::scrape(server::server& target, const system::process_usage& usage) noexcept
    : server_(target) {
    if (const auto read = usage.read()) process_ = {*read, 0};
}

bool scrape::count_some_descriptors() noexcept {
    if (!process_) return false;
    const auto slots = process_->usage.descriptor_slots;
    const auto count = std::min(descriptors_per_piece, slots - slots_seen_);
    process_->open_descriptors += system::open_descriptors(slots_seen_, count);
    slots_seen_ += count;
    return slots_seen_ < slots;
}

std::string scrape::text() const {
    metrics shown{.listeners = {},
                  .max_connections = server_.max_connections(),
                  .totals = server_.totals(),
                  .lives = server_.connections().lives(),
                  .log_dropped = log::dropped(),
                  .stopping = server_.is_stopping(),
                  .of_process = process_};
    for (const auto& listener : server_.listeners())
        shown.listeners.push_back(&listener->record());
    return shown.text();
}

}  // namespace pulsar::admin
