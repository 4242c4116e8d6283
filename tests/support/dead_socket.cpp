#include "support/dead_socket.hpp"

#include "support/check_call.hpp"
#include "support/unique_fd.hpp"
#include "support/unix_address.hpp"

#include <sys/socket.h>

namespace pulsar::test {

void leave_dead_socket(const std::string& path) {
    const unique_fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const unix_address where(path);
    check_call(::bind(socket.get(), where.get(), where.size), "bind " + path);
}

}  // namespace pulsar::test
