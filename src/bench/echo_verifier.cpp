#include "pulsar/bench/echo_verifier.hpp"

#include "pulsar/cli/text.hpp"
#include "pulsar/protocol/frame.hpp"

#include <algorithm>
#include <cstring>

namespace pulsar::bench {

namespace {

constexpr std::size_t shown_bytes = 16;

}  // namespace

echo_verifier::echo_verifier(const frame_pattern& pattern, std::uint32_t connection,
                             std::uint64_t first) noexcept
    : pattern_(pattern),
      connection_(connection),
      sequence_(first),
      frame_(pattern.at(connection, first)),
      offset_(pattern.begin()),
      may_be_heartbeat_(pattern.has_heartbeats()) {}

bool echo_verifier::accept(std::span<const std::byte> in, std::uint64_t begun) {
    while (!in.empty()) {
        if (sequence_ >= begun) may_be_echo_ = false;
        const auto echo = may_be_echo_ ? match_echo(in) : 0;
        if (may_be_echo_ && offset_ + echo == frame_.size()) {
            in = in.subspan(echo);
            ++sequence_;
        } else {
            const auto heartbeat = may_be_heartbeat_ ? match_heartbeat(in) : 0;
            if (may_be_heartbeat_ && offset_ + heartbeat == protocol::heartbeat_frame().size()) {
                in = in.subspan(heartbeat);
                ++heartbeats_;
            } else {
                may_be_echo_ = may_be_echo_ && echo == in.size();
                may_be_heartbeat_ = may_be_heartbeat_ && heartbeat == in.size();
                if (!may_be_echo_ && !may_be_heartbeat_) {
                    describe(in.subspan(std::max(echo, heartbeat)), begun);
                    return false;
                }
                offset_ += in.size();
                return true;
            }
        }
        begin_frame();
    }
    return true;
}

void echo_verifier::begin_frame() noexcept {
    frame_ = pattern_.at(connection_, sequence_);
    offset_ = pattern_.begin();
    may_be_echo_ = true;
    may_be_heartbeat_ = pattern_.has_heartbeats();
}

std::size_t echo_verifier::match_echo(std::span<const std::byte> in) const noexcept {
    const auto rest = frame_.size() - offset_;
    return pattern_.match(in.first(std::min(in.size(), rest)), frame_, offset_);
}

std::size_t echo_verifier::match_heartbeat(std::span<const std::byte> in) const noexcept {
    const auto rest = protocol::heartbeat_frame().subspan(offset_);
    const auto size = std::min(in.size(), rest.size());
    return static_cast<std::size_t>(
        std::mismatch(in.begin(), in.begin() + static_cast<std::ptrdiff_t>(size), rest.begin())
            .first -
        in.begin());
}

void echo_verifier::describe(std::span<const std::byte> wrong, std::uint64_t begun) {
    const std::string_view bytes(reinterpret_cast<const char*>(wrong.data()),
                                 std::min(wrong.size(), shown_bytes));
    mismatch_ = "what came is not the echo of ";
    mismatch_ += sequence_ < begun ? "frame " + std::to_string(sequence_)
                                   : "a frame that was sent and waits for one";
    if (pattern_.has_heartbeats()) mismatch_ += ", nor a heartbeat";
    mismatch_ += "; it differs at " + cli::in_quotes(bytes);
}

}  // namespace pulsar::bench
