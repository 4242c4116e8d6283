#include "pulsar/system/signals.hpp"

#include <csignal>

namespace pulsar::system {

void reset_signals() noexcept {
    std::signal(SIGPIPE, SIG_DFL);
    sigset_t none;
    ::sigemptyset(&none);
    ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
}

}  // namespace pulsar::system
