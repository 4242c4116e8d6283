#include "chaos/proxy.hpp"

#include <algorithm>
#include <optional>
#include <poll.h>
#include <sys/eventfd.h>
#include <system_error>
#include <utility>
#include <vector>

namespace pulsar::test {
namespace {

using clock = toxic_flow::clock;

/// For poll(2): milliseconds, rounded up; -1: for ever.
int until(std::optional<clock::time_point> at) {
    if (!at) return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*at - clock::now());
    return static_cast<int>(std::max<std::chrono::milliseconds::rep>(0, left.count()));
}

/// A descriptor is not asked about while neither direction needs it: a hang-up would be told again
/// and again.
pollfd wish(int descriptor, bool read, bool write) {
    const auto events = static_cast<short>((read ? POLLIN : 0) | (write ? POLLOUT : 0));
    return {events == 0 ? -1 : descriptor, events, 0};
}

}  // namespace

proxy::proxy(std::string server, const toxics& to_server, const toxics& to_client, unsigned seed)
    : server_(std::move(server)),
      to_server_(to_server),
      to_client_(to_client),
      seed_(seed),
      release_(::eventfd(0, EFD_CLOEXEC)),
      listener_([this](fake_peer& peer) { serve(peer); }) {}

void proxy::release() {
    released_ = true;
    ::eventfd_write(release_.get(), 1);
}

void proxy::serve(fake_peer& peer) {
    std::optional<client> upstream;
    try {
        upstream.emplace(server_);
        forward(peer, *upstream);
    } catch (const std::system_error&) {
        if (upstream) upstream->reset();
        peer.reset();
    }
}

void proxy::forward(fake_peer& peer, client& upstream) {
    const auto seed = seed_ + 2 * static_cast<unsigned>(peer.number());
    toxic_flow up(peer.descriptor(), upstream.descriptor(), to_server_, seed);
    toxic_flow down(upstream.descriptor(), peer.descriptor(), to_client_, seed + 1);
    while (!up.finished() || !down.finished()) {
        for (const auto* flow : {&up, &down}) {
            const auto end = flow->wants_to_end();
            if (!end) continue;
            if (*end == toxics::end::close) return peer.close();
            upstream.reset();
            peer.reset();
        }
        wait(peer, upstream, up, down);
    }
}

void proxy::wait(const fake_peer& peer, const client& upstream, toxic_flow& up, toxic_flow& down) {
    const auto now = clock::now();
    auto timeout = -1;
    for (const auto* flow : {&up, &down}) {
        const auto next = flow->next_write();
        if (!next || *next <= now) continue;
        timeout = timeout < 0 ? until(next) : std::min(timeout, until(next));
    }
    const bool stalled = up.stalled() || down.stalled();
    std::vector<pollfd> ready{
        wish(peer.descriptor(), up.wants_to_read(), down.wants_to_write(now)),
        wish(upstream.descriptor(), down.wants_to_read(), up.wants_to_write(now)),
        wish(release_.get(), stalled, false)};
    peer.poll(ready, timeout);
    if (released_) {
        up.release();
        down.release();
    }
    const auto client_side = ready[0].revents;
    const auto server_side = ready[1].revents;
    constexpr auto ended = POLLERR | POLLHUP;
    if (client_side & (POLLIN | ended) && up.wants_to_read()) up.read();
    if (server_side & (POLLIN | ended) && down.wants_to_read()) down.read();
    if (server_side & (POLLOUT | ended)) up.write();
    if (client_side & (POLLOUT | ended)) down.write();
}

}  // namespace pulsar::test
