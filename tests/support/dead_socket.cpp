#include "support/dead_socket.hpp"

#include "support/unique_fd.hpp"

#include <cerrno>
#include <sys/socket.h>
#include <sys/un.h>
#include <system_error>

namespace pulsar::test {

void leave_dead_socket(const std::string& path) {
    const unique_fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        throw std::system_error(errno, std::generic_category(), "bind " + path);
    }
}

}  // namespace pulsar::test
