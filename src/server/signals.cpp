#include "pulsar/server/signals.hpp"

#include "pulsar/log/log.hpp"
#include "pulsar/system/blocked_signals.hpp"

#include <cerrno>
#include <csignal>
#include <system_error>
#include <unistd.h>

namespace pulsar::server {

namespace {

// Asio's handler for SIGINT and SIGTERM.
void (*asio_handler)(int) = nullptr;

/// For SIGINT and SIGTERM. Calls only what signal-safety(7) allows.
void set_stop_handler(void (*handler)(int)) {
    struct sigaction action {};
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    ::sigfillset(&action.sa_mask);
    ::sigaction(SIGINT, &action, nullptr);
    ::sigaction(SIGTERM, &action, nullptr);
}

void exit_at_once(int number) {
    ::_exit(128 + number);
}

/// Runs in whichever thread gets the signal.
void on_first_stop(int number) {
    set_stop_handler(::getpid() == 1 ? exit_at_once : SIG_DFL);
    asio_handler(number);
}

/// Puts itself before the handler that Asio has installed: that alone would swallow the second
/// signal, too, while the loop that it is for is stuck.
void kill_on_second_stop() {
    struct sigaction installed {};
    if (::sigaction(SIGTERM, nullptr, &installed) != 0) {
        throw std::system_error(errno, std::generic_category(), "sigaction");
    }
    asio_handler = installed.sa_handler;
    set_stop_handler(on_first_stop);
}

}  // namespace

signals::signals(server& target)
    : server_(target), set_(target.control(), SIGINT, SIGTERM, SIGHUP) {
    set_.add(SIGUSR1);
    std::signal(SIGPIPE, SIG_IGN);
    kill_on_second_stop();
    server_.observe(*this);
}

signals::~signals() {
    // clear() restores the default actions, which nothing must meet before what follows.
    const system::blocked_signals while_they_change;
    struct sigaction next_stop {};
    ::sigaction(SIGTERM, nullptr, &next_stop);
    boost::system::error_code ignored;
    set_.clear(ignored);
    // The default would kill a process that is about to end in order.
    std::signal(SIGHUP, SIG_IGN);
    std::signal(SIGUSR1, SIG_IGN);
    // The log may still take its time, in which a second stop kills. A first one, which can come
    // after the drain of a broken listener, has nothing left to begin.
    asio_handler = [](int) {};
    set_stop_handler(next_stop.sa_handler);
}

void signals::on_ended() {
    ended_ = true;
    boost::system::error_code ignored;
    set_.cancel(ignored);
}

void signals::wait() {
    const auto on_end = [this](boost::system::error_code error, int number) {
        if (error) return;
        on_signal(number);
        // One that was delivered together with the last is not undone by cancel().
        if (!ended_) wait();
    };
    set_.async_wait(net::bind_memory(memory_, on_end));
}

void signals::on_signal(int number) {
    switch (number) {
        case SIGINT:
            return server_.request_drain("SIGINT");
        case SIGTERM:
            return server_.request_drain("SIGTERM");
        case SIGUSR1:
            return server_.request_report();
        default:
            break;
    }
    if (!log::reopen()) {
        log::write(log::component::server, log::level::info, "signal ignored",
                   {{"signal", "SIGHUP"}, {"reason", "no --log-file"}});
    }
}

}  // namespace pulsar::server
