#include "pulsar/net/unique_socket.hpp"

#include <sys/socket.h>
#include <unistd.h>

namespace pulsar::net {

unique_socket::~unique_socket() {
    if (descriptor_ < 0) return;
    const linger at_once{1, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    ::close(descriptor_);
}

}  // namespace pulsar::net
