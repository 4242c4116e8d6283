#include "chaos/soak_client.hpp"

#include "support/frames.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <string_view>
#include <system_error>
#include <utility>

namespace pulsar::test {

namespace {

std::string_view reason_of(soak_plan::ending end) {
    switch (end) {
        case soak_plan::ending::truncated:
            return "truncated_frame";
        case soak_plan::ending::too_large:
            return "frame_too_large";
        case soak_plan::ending::reset:
            return "peer_reset";
        default:
            return "peer_closed";
    }
}

}  // namespace

soak_client::soak_client(const std::string& address, const std::string& from,
                         std::size_t max_frame_size, soak_plan plan)
    : max_frame_size_(max_frame_size),
      plan_(std::move(plan)),
      random_(plan_.seed),
      socket_(address, plan_.receive_buffer, from),
      local_address_(socket_.local_address()),
      owed_(complete_frames(plan_.stream, max_frame_size).size()) {
    go_on();
}

pollfd soak_client::wish(clock::time_point now) const {
    pollfd result{-1, 0, 0};
    if (ended_) return result;
    if (sending() && now >= sends_at_) result.events |= POLLOUT;
    if (now >= receives_at_) result.events |= POLLIN;
    // A hang-up would be told at once even to who asked for nothing.
    if (result.events != 0) result.fd = socket_.descriptor();
    return result;
}

soak_client::clock::time_point soak_client::wakes_at(clock::time_point now) const {
    auto next = clock::time_point::max();
    if (now < receives_at_) next = receives_at_;
    if (sending() && now < sends_at_) next = std::min(next, sends_at_);
    return next;
}

void soak_client::advance(short events, clock::time_point now) {
    try {
        if ((events & (POLLIN | POLLHUP | POLLERR)) != 0 && now >= receives_at_) receive(now);
        if ((events & POLLOUT) != 0 && sending() && now >= sends_at_) send(now);
        if (!ended_) go_on();
    } catch (const std::system_error& error) {
        error_ = error.what();
        socket_.close();
        ended_ = true;
    }
}

void soak_client::send(clock::time_point now) {
    const auto stop = wants_to_leave() ? sent_ : plan_.stream.size();
    auto most = std::min(stop - sent_, 1 + random_() % plan_.send_at_most);
    // What came later than a second after the daemon's FIN would be answered with a reset.
    if (plan_.end == soak_plan::ending::too_large && sent_ + most > owed_) most = stop - sent_;
    sent_ += socket_.send_some(std::string_view(plan_.stream).substr(sent_, most));
    sends_at_ = now + up_to(plan_.send_pause);
}

void soak_client::receive(clock::time_point now) {
    const auto chunk = socket_.receive_some({}, 1 + random_() % plan_.receive_at_most);
    received_ += chunk;
    receives_at_ = now + up_to(plan_.receive_pause);
    if (!chunk.empty()) return;
    socket_.close();
    ended_ = true;
}

void soak_client::go_on() {
    if (wants_to_leave()) {
        plan_.end == soak_plan::ending::reset ? socket_.reset() : socket_.close();
        ended_ = true;
    }
    if (sending() || ended_ || sent_fin_ || plan_.end == soak_plan::ending::too_large) return;
    const auto awaited = owed_ + plan_.heartbeats * heartbeat.size();
    if (plan_.end == soak_plan::ending::in_order && received_.size() < awaited) return;
    socket_.shutdown_send();
    sent_fin_ = true;
}

bool soak_client::wants_to_leave() const {
    return (plan_.end == soak_plan::ending::reset || plan_.end == soak_plan::ending::abandoned) &&
           sent_ >= plan_.leaves_at;
}

std::string soak_client::fault(const event& closed) const {
    const auto told = [&](const std::string& what) {
        return what + "\nending " + std::to_string(static_cast<int>(plan_.end)) + ", sent " +
               std::to_string(sent_) + " of " + std::to_string(plan_.stream.size()) +
               ", received " + std::to_string(received_.size()) + ", " + error_ + "\n" +
               boost::json::serialize(closed);
    };
    const auto sent = std::string_view(plan_.stream).substr(0, sent_);
    const auto echo = check_echo(complete_frames(sent, max_frame_size_), received_);
    if (!echo.problem.empty()) return told(echo.problem);
    const auto reason = text(closed, "reason");
    const auto count = [&](std::string_view key) {
        return static_cast<std::size_t>(number(closed, key));
    };
    if (plan_.end == soak_plan::ending::abandoned) {
        const bool expected =
            reason == "peer_closed" || reason == "peer_reset" || reason == "truncated_frame";
        if (!expected) return told("an unexpected reason");
    } else if (reason != reason_of(plan_.end)) {
        return told("not the reason that was expected");
    }
    if (plan_.end == soak_plan::ending::abandoned || plan_.end == soak_plan::ending::reset) {
        if (count("bytes_in") > sent_) return told("more bytes in than were sent");
        if (count("bytes_out") < received_.size())
            return told("fewer bytes out than were received");
        return {};
    }
    if (!error_.empty()) return told("did not end in order");
    if (echo.partial > 0) return told("ends within a frame");
    const auto echoed = received_.size() - echo.heartbeats * heartbeat.size();
    if (echoed != owed_)
        return told("lacks " + std::to_string(owed_ - echoed) + " bytes of echoes");
    const auto read = plan_.end == soak_plan::ending::too_large ? owed_ + header(0).size() : sent_;
    if (count("frames") != echo.frames) return told("a wrong count of frames");
    if (count("heartbeats") != echo.heartbeats) return told("a wrong count of heartbeats");
    if (count("bytes_in") != read) return told("a wrong count of bytes in");
    if (count("bytes_out") != received_.size()) return told("a wrong count of bytes out");
    return {};
}

std::chrono::microseconds soak_client::up_to(std::chrono::microseconds longest) {
    if (longest.count() == 0) return longest;
    return std::chrono::microseconds(random_() % static_cast<unsigned long>(longest.count()));
}

}  // namespace pulsar::test
