#include "support/pseudo_terminal.hpp"

#include <cerrno>
#include <fcntl.h>
#include <pty.h>
#include <system_error>
#include <termios.h>

namespace pulsar::test {

pseudo_terminal::pseudo_terminal(std::size_t columns) {
    termios raw{};
    ::cfmakeraw(&raw);
    const winsize size{24, static_cast<unsigned short>(columns), 0, 0};
    int ends[2];
    if (::openpty(&ends[0], &ends[1], nullptr, &raw, &size) != 0) {
        throw std::system_error(errno, std::generic_category(), "openpty");
    }
    master = unique_fd(ends[0]);
    slave = unique_fd(ends[1]);
    for (const int end : ends)
        ::fcntl(end, F_SETFD, FD_CLOEXEC);
}

}  // namespace pulsar::test
