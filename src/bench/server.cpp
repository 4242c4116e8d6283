#include "pulsar/bench/server.hpp"

#include "pulsar/cli/text.hpp"
#include "pulsar/net/endpoint.hpp"

#include <stdexcept>
#include <system_error>

namespace pulsar::bench {

bool server::keep_only(int family) {
    auto kept = endpoints_;
    std::erase_if(kept, [&](const auto& each) { return each.protocol().family() != family; });
    if (kept.empty()) return false;
    endpoints_ = std::move(kept);
    return true;
}

void server::accepted(std::size_t endpoint) const noexcept {
    auto before = chosen_.load();
    const choice now{static_cast<std::uint32_t>(endpoint), 1};
    while (before.final == 0 && !chosen_.compare_exchange_weak(before, now)) {
    }
}

bool server::not_accepted(std::size_t endpoint) const noexcept {
    auto before = chosen_.load();
    const auto next = static_cast<std::uint32_t>(endpoint) + 1;
    while (before.endpoint == endpoint) {
        if (before.final != 0 || next == endpoints_.size()) return false;
        if (chosen_.compare_exchange_weak(before, {next, 0})) break;
    }
    return true;  // that, or another connection has found one meanwhile
}

std::vector<server_endpoint> look_up(const net::address& where) {
    if (where.is == net::address::kind::unix_path) return {net::unix_endpoint(where.path)};
    const bool local = where.is == net::address::kind::any;
    try {
        const auto found = net::resolve(local ? "127.0.0.1" : where.host, where.port);
        return std::vector<server_endpoint>(found.begin(), found.end());
    } catch (const std::system_error& error) {
        throw std::runtime_error("cannot find " + cli::escaped(net::to_string(where)) + ": " +
                                 error.what());
    }
}

}  // namespace pulsar::bench
