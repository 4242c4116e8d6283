#include "support/pings.hpp"

#include "support/frames.hpp"

#include <algorithm>
#include <cmath>
#include <poll.h>
#include <stdexcept>

namespace pulsar::test {

using clock = std::chrono::steady_clock;

pings::pings(const std::string& address, std::size_t clients) {
    for (std::size_t i = 0; i < clients; ++i)
        clients_.emplace_back(address);
}

latencies pings::round(deadline limit) {
    const auto ping = frame("ping");
    std::vector<clock::time_point> sent_at;
    std::vector<pollfd> waiting;
    for (auto& socket : clients_) {
        sent_at.push_back(clock::now());
        socket.send_all(ping, limit);
        waiting.push_back({socket.descriptor(), POLLIN, 0});
    }
    latencies result;
    while (result.size() < clients_.size()) {
        if (::poll(waiting.data(), waiting.size(), limit.poll_timeout()) == 0) {
            throw std::runtime_error(std::to_string(clients_.size() - result.size()) +
                                     " pings were not answered");
        }
        for (std::size_t i = 0; i < waiting.size(); ++i) {
            if (waiting[i].revents == 0) continue;
            if (clients_[i].receive_exactly(ping.size(), limit) != ping) {
                throw std::runtime_error("not the echo of a ping");
            }
            result.push_back(clock::now() - sent_at[i]);
            waiting[i].fd = -1;
        }
    }
    return result;
}

latencies pings::rounds(std::size_t count, deadline limit) {
    latencies all;
    for (std::size_t i = 0; i < count; ++i) {
        const auto one = round(limit);
        all.insert(all.end(), one.begin(), one.end());
    }
    return all;
}

std::chrono::microseconds percentile(latencies values, double share) {
    if (values.empty()) throw std::invalid_argument("a percentile of nothing");
    const auto rank = std::ceil(share * static_cast<double>(values.size()));
    const auto index = static_cast<std::ptrdiff_t>(std::max(rank, 1.0)) - 1;
    std::nth_element(values.begin(), values.begin() + index, values.end());
    return std::chrono::ceil<std::chrono::microseconds>(values[static_cast<std::size_t>(index)]);
}

std::string summary(const latencies& values) {
    const auto at = [&](double share) {
        return std::to_string(percentile(values, share).count()) + " us";
    };
    return "p50 " + at(0.5) + ", p99 " + at(0.99) + ", max " + at(1);
}

}  // namespace pulsar::test
