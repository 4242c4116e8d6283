#include "chaos/toxic_flow.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <sys/socket.h>
#include <system_error>

namespace pulsar::test {
namespace {

// Then the sender has to wait, as in front of a slow network.
constexpr std::size_t most_under_way = std::size_t{128} * 1024;

// A limited bandwidth is used in pieces of this much time.
constexpr std::size_t pieces_per_second = 100;

constexpr int pieces_per_turn = 64;

}  // namespace

toxic_flow::toxic_flow(int from, int to, const toxics& what, unsigned seed)
    : from_(from), to_(to), what_(what), random_(seed) {}

bool toxic_flow::wants_to_read() const {
    return !input_ended_ && !stalled() && held_ < most_under_way;
}

void toxic_flow::read() {
    std::array<char, 16384> room;
    const auto size = ::recv(from_, room.data(), room.size(), MSG_DONTWAIT);
    if (size < 0) {
        if (errno == EAGAIN) return;
        throw std::system_error(errno, std::generic_category(), "proxy: recv");
    }
    if (size == 0) input_ended_ = true;
    end_output_if_done();
    if (size == 0 || output_ended_) return;
    const auto jitter =
        std::chrono::milliseconds(random_() % (static_cast<std::size_t>(what_.jitter.count()) + 1));
    auto due = clock::now() + what_.latency + jitter;
    if (!under_way_.empty()) due = std::max(due, under_way_.back().due);
    under_way_.push_back({due, {room.data(), static_cast<std::size_t>(size)}});
    held_ += static_cast<std::size_t>(size);
}

bool toxic_flow::wants_to_write(clock::time_point now) const {
    const auto next = next_write();
    return next && *next <= now;
}

std::optional<toxic_flow::clock::time_point> toxic_flow::next_write() const {
    if (under_way_.empty() || output_ended_ || forwarded_ >= what_.forwarded_at_most) return {};
    return std::max(under_way_.front().due, bandwidth_allows_at_);
}

std::string_view toxic_flow::next_piece() {
    const auto rest = std::string_view(under_way_.front().bytes).substr(sent_of_chunk_);
    auto most = std::min(rest.size(), what_.forwarded_at_most - forwarded_);
    if (what_.largest_piece != unlimited)
        most = std::min(most, 1 + random_() % what_.largest_piece);
    if (what_.bytes_per_second != unlimited) {
        most = std::min(most, 1 + what_.bytes_per_second / pieces_per_second);
    }
    return rest.substr(0, most);
}

void toxic_flow::write() {
    for (int i = 0; i < pieces_per_turn && wants_to_write(clock::now()); ++i) {
        const auto piece = next_piece();
        const auto sent = ::send(to_, piece.data(), piece.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent < 0) {
            if (errno == EAGAIN) return;
            throw std::system_error(errno, std::generic_category(), "proxy: send");
        }
        const auto count = static_cast<std::size_t>(sent);
        forwarded_ += count;
        held_ -= count;
        sent_of_chunk_ += count;
        if (what_.bytes_per_second != unlimited) {
            const std::chrono::duration<double> taken(static_cast<double>(count) /
                                                      static_cast<double>(what_.bytes_per_second));
            bandwidth_allows_at_ = clock::now() + std::chrono::ceil<clock::duration>(taken);
        }
        if (sent_of_chunk_ == under_way_.front().bytes.size()) {
            under_way_.pop_front();
            sent_of_chunk_ = 0;
        }
    }
    end_output_if_done();
}

void toxic_flow::end_output_if_done() {
    const bool cut = at_limit(toxics::end::half_close);
    if (output_ended_ || !(cut || (input_ended_ && under_way_.empty()))) return;
    output_ended_ = true;
    under_way_.clear();
    held_ = 0;
    ::shutdown(to_, SHUT_WR);
}

std::optional<toxics::end> toxic_flow::wants_to_end() const {
    for (const auto how : {toxics::end::reset, toxics::end::close}) {
        if (at_limit(how)) return how;
    }
    return {};
}

void toxic_flow::release() {
    if (what_.at_the_limit == toxics::end::stall) what_.forwarded_at_most = unlimited;
}

bool toxic_flow::at_limit(toxics::end how) const {
    return forwarded_ >= what_.forwarded_at_most && what_.at_the_limit == how;
}

}  // namespace pulsar::test
