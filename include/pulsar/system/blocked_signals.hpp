#pragma once

#include <csignal>

namespace pulsar::system {

/// While it lives, its thread gets no signal, nor do the threads that it starts, ever: they inherit
/// the mask (pthread_sigmask(3)). What they raise themselves, SIGSEGV for one, still kills.
class blocked_signals {
  public:
    blocked_signals() noexcept {
        sigset_t all;
        ::sigfillset(&all);
        ::pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    ~blocked_signals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    blocked_signals(const blocked_signals&) = delete;
    blocked_signals& operator=(const blocked_signals&) = delete;

  private:
    sigset_t before_{};
};

}  // namespace pulsar::system
