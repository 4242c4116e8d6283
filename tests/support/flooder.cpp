#include "support/flooder.hpp"

#include <poll.h>
#include <string_view>
#include <utility>

namespace pulsar::test {

flooder::flooder(const std::string& address, std::string unit)
    : socket_(address), unit_(std::move(unit)), thread_([this] { run(); }) {}

flooder::~flooder() {
    enough_ = true;
    thread_.join();
}

void flooder::run() {
    std::string_view rest = unit_;
    try {
        while (!enough_) {
            pollfd ready{socket_.descriptor(), POLLIN | POLLOUT, 0};
            // The time-out is for enough_, which no socket tells.
            ::poll(&ready, 1, 50);
            if (ready.revents & (POLLIN | POLLHUP | POLLERR)) {
                echoed_ += socket_.receive_some().size();
            }
            if (ready.revents & POLLOUT) rest.remove_prefix(socket_.send_some(rest));
            if (rest.empty()) rest = unit_;
        }
    } catch (const std::system_error&) {
        // The daemon has gone: echoed() tells how far it went.
    }
}

}  // namespace pulsar::test
