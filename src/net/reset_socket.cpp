#include "pulsar/net/reset_socket.hpp"

#include <sys/socket.h>
#include <unistd.h>

namespace pulsar::net {

void reset_socket(int descriptor) noexcept {
    const linger at_once{1, 0};
    ::setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    ::close(descriptor);
}

}  // namespace pulsar::net
