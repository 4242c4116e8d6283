#include "support/swarm.hpp"

#include "support/client.hpp"
#include "support/frames.hpp"

#include <deque>
#include <poll.h>
#include <string_view>
#include <system_error>

namespace pulsar::test {

/// One connection; used by one thread at a time.
class swarm::flow {
  public:
    flow(const std::string& address, std::size_t number, std::size_t frames_in_flight)
        : socket_(address), number_(number), frames_in_flight_(frames_in_flight) {}

    [[nodiscard]] pollfd wish() const {
        const auto events = static_cast<short>(unsent_.empty() ? POLLIN : POLLIN | POLLOUT);
        return {closed_ ? -1 : socket_.descriptor(), events, 0};
    }

    void refill() {
        while (!closed_ && in_flight_.size() < frames_in_flight_) {
            const std::size_t padding = sequence_ % 16 == 0 ? 8000 : (sequence_ * 131) % 700;
            const auto next = frame(std::to_string(number_) + "/" + std::to_string(sequence_++) +
                                    std::string(padding, '.'));
            unsent_ += next;
            expected_ += next;
            in_flight_.push_back(next.size());
        }
    }

    void advance(short events) {
        try {
            // End-of-stream first: what is sent after it would be answered with a reset.
            if (events & (POLLIN | POLLHUP | POLLERR)) take(socket_.receive_some());
            if (!closed_ && events & POLLOUT) unsent_.erase(0, socket_.send_some(unsent_));
        } catch (const std::system_error& error) {
            close(error.what());
        }
    }

    [[nodiscard]] bool closed() const { return closed_; }
    [[nodiscard]] std::size_t frames() const { return frames_; }

    void add_to(totals& sum) const {
        sum.frames += frames_;
        sum.bytes += bytes_;
        if (problem_.empty() && closed_) {
            ++sum.ended_in_order;
        } else {
            sum.problem = "connection " + std::to_string(number_) + ": " +
                          (closed_ ? problem_ : "not closed by the daemon");
        }
    }

  private:
    void take(std::string_view chunk) {
        if (chunk.empty()) {
            return close(of_frame_
                             ? "end-of-stream " + std::to_string(of_frame_) + " bytes into a frame"
                             : "");
        }
        if (!std::string_view(expected_).starts_with(chunk)) return close("not the echo");
        bytes_ += chunk.size();
        expected_.erase(0, chunk.size());
        of_frame_ += chunk.size();
        while (!in_flight_.empty() && of_frame_ >= in_flight_.front()) {
            of_frame_ -= in_flight_.front();
            in_flight_.pop_front();
            ++frames_;
        }
    }

    void close(const std::string& problem) {
        problem_ = problem;
        closed_ = true;
        socket_.close();
    }

    client socket_;
    std::size_t number_;
    std::size_t frames_in_flight_;
    std::size_t sequence_ = 0;
    std::string unsent_;
    std::string expected_;
    std::deque<std::size_t> in_flight_;  // sizes of the frames of expected_
    std::size_t of_frame_ = 0;           // bytes of the first of them that are here
    std::size_t frames_ = 0;
    std::size_t bytes_ = 0;
    bool closed_ = false;
    std::string problem_;
};

namespace {

constexpr std::size_t thread_count = 2;
constexpr std::size_t busy_after_frames = 3;

}  // namespace

swarm::swarm(const std::string& address, std::size_t connections, std::size_t frames_in_flight) {
    for (std::size_t number = 0; number < connections; ++number) {
        flows_.push_back(std::make_unique<flow>(address, number, frames_in_flight));
    }
    for (std::size_t first = 0; first < thread_count; ++first) {
        threads_.emplace_back([this, first] { drive(first); });
    }
}

swarm::~swarm() {
    abandoned_ = true;
    for (auto& thread : threads_) {
        if (thread.joinable()) thread.join();
    }
}

bool swarm::wait_until_busy(deadline limit) {
    return eventually([&] { return busy_ == flows_.size(); }, limit);
}

swarm::totals swarm::wait_until_closed(deadline limit) {
    eventually([&] { return closed_ == flows_.size(); }, limit);
    abandoned_ = true;
    for (auto& thread : threads_)
        thread.join();
    totals sum;
    for (const auto& one : flows_)
        one->add_to(sum);
    return sum;
}

void swarm::drive(std::size_t first) {
    std::vector<flow*> mine;
    for (std::size_t i = first; i < flows_.size(); i += thread_count)
        mine.push_back(&*flows_[i]);
    std::vector<pollfd> sockets(mine.size());
    while (!abandoned_) {
        for (std::size_t i = 0; i < mine.size(); ++i) {
            mine[i]->refill();
            sockets[i] = mine[i]->wish();
        }
        // The time-out is for abandoned_, which no socket tells.
        ::poll(sockets.data(), sockets.size(), 50);
        for (std::size_t i = 0; i < mine.size(); ++i) {
            if (!sockets[i].revents) continue;
            const bool was_busy = mine[i]->frames() >= busy_after_frames;
            mine[i]->advance(sockets[i].revents);
            if (!was_busy && mine[i]->frames() >= busy_after_frames) ++busy_;
            if (mine[i]->closed()) ++closed_;
        }
    }
}

}  // namespace pulsar::test
