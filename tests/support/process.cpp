#include "support/process.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <exception>
#include <fcntl.h>
#include <iostream>
#include <poll.h>
#include <signal.h>
#include <stdexcept>
#include <string_view>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

namespace pulsar::test {
namespace {

[[noreturn]] void fail(const std::string& what) {
    throw std::system_error(errno, std::generic_category(), what);
}

struct pipe_ends {
    unique_fd read;
    unique_fd write;
};

pipe_ends make_pipe() {
    std::array<int, 2> fds;
    if (::pipe2(fds.data(), O_CLOEXEC) != 0) fail("pipe2");
    return {unique_fd(fds[0]), unique_fd(fds[1])};
}

/// What is for the programs that the tests start, or for the one that started the tests.
bool is_left_behind(std::string_view variable) {
    return std::ranges::any_of(
        std::array{"PULSAR_", "NOTIFY_SOCKET=", "WATCHDOG_", "LISTEN_", "JOURNAL_STREAM="},
        [&](const char* beginning) { return variable.starts_with(beginning); });
}

std::vector<std::string> child_environment(const std::vector<std::string>& added) {
    std::vector<std::string> result = added;
    for (char** entry = environ; *entry; ++entry) {
        const std::string_view inherited = *entry;
        const auto name = inherited.substr(0, inherited.find('=') + 1);
        const bool replaced = std::any_of(added.begin(), added.end(), [&](const std::string& own) {
            return own.starts_with(name);
        });
        if (!replaced && !is_left_behind(inherited)) result.emplace_back(inherited);
    }
    return result;
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
    std::vector<char*> result;
    for (auto& string : strings)
        result.push_back(string.data());
    result.push_back(nullptr);
    return result;
}

constexpr std::size_t most_handed = 8;
constexpr int first_handed = 3;
constexpr std::string_view pid_variable = "LISTEN_PID=";

/// Room for a pid, which only the child knows.
std::vector<std::string> handing_variables(std::size_t count) {
    if (count > most_handed) throw std::invalid_argument("too many descriptors to hand over");
    return {"LISTEN_FDS=" + std::to_string(count), std::string(pid_variable) + "0000000000"};
}

void write_pid(char* variable) {
    std::array<char, 16> digits;
    std::size_t count = 0;
    for (auto rest = ::getpid(); rest > 0; rest /= 10)
        digits[count++] = static_cast<char>('0' + rest % 10);
    char* to = variable + pid_variable.size();
    while (count > 0)
        *to++ = digits[--count];
    *to = '\0';
}

void hand_over(const std::vector<int>& descriptors) {
    std::array<int, most_handed> copies;  // first, since a number may be that of another
    for (std::size_t i = 0; i < descriptors.size(); ++i)
        copies[i] = ::fcntl(descriptors[i], F_DUPFD_CLOEXEC, first_handed + most_handed);
    for (std::size_t i = 0; i < descriptors.size(); ++i)
        if (::dup2(copies[i], first_handed + static_cast<int>(i)) < 0) ::_exit(126);
}

/// Between fork and exec only what signal-safety(7) lists: other threads may hold any lock.
[[noreturn]] void become(const launch& how, const std::array<int, 3>& standard, char** arguments,
                         char** environment) {
    // A shell that runs the tests in the background has them ignored, and exec keeps that.
    for (const int number : {SIGHUP, SIGINT, SIGTERM, SIGPIPE, SIGUSR1})
        ::signal(number, SIG_DFL);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (how.without_capability) ::prctl(PR_CAPBSET_DROP, *how.without_capability);
    for (const auto& [resource, value] : how.limits) {
        const rlimit limit{value, value};
        if (::setrlimit(static_cast<__rlimit_resource>(resource), &limit) != 0) ::_exit(126);
    }
    for (int fd = 0; fd < 3; ++fd) {
        const int source = standard[static_cast<std::size_t>(fd)];
        if (source < 0) {
            ::close(fd);
        } else if (::dup2(source, fd) < 0) {
            ::_exit(126);
        }
    }
    if (!how.handed.empty()) {
        hand_over(how.handed);
        for (char** entry = environment; *entry != nullptr; ++entry)
            if (std::string_view(*entry).starts_with(pid_variable)) write_pid(*entry);
    }
    ::execvpe(arguments[0], arguments, environment);
    ::_exit(127);
}

/// What a sanitizer wrote, from its first words on; empty when none did.
std::string sanitizer_report(const std::string& text) {
    for (const auto* words :
         {"ERROR: AddressSanitizer", "ERROR: LeakSanitizer", "WARNING: ThreadSanitizer",
          "FATAL: ThreadSanitizer", "LeakSanitizer has encountered", ": runtime error: "}) {
        const auto at = text.find(words);
        if (at != text.npos) return text.substr(at, 4000);
    }
    return {};
}

std::string tail(const std::string& text) {
    constexpr std::size_t most = 8000;
    return text.size() <= most ? text : "[...]" + text.substr(text.size() - most);
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const ending& how) {
    if (how.signal) return out << "killed by " << ::strsignal(how.signal);
    return out << "exit " << how.code;
}

process::process(const launch& how) : exceptions_before_(std::uncaught_exceptions()) {
    for (const auto& word : how.command)
        name_ += (name_.empty() ? "" : " ") + word;
    unique_fd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
    std::array<pipe_ends, 3> pipes;
    std::array<int, 3> standard{};
    for (std::size_t fd = 0; fd < 3; ++fd) {
        standard[fd] = how.standard[fd] == launch::null ? null.get() : how.standard[fd];
        if (how.standard[fd] == launch::piped) {
            pipes[fd] = make_pipe();
            standard[fd] = pipes[fd].write.get();
        }
    }
    auto arguments = how.command;
    auto added = how.environment;
    if (!how.handed.empty()) {
        for (auto& variable : handing_variables(how.handed.size()))
            added.push_back(std::move(variable));
    }
    auto environment = child_environment(added);
    const auto argument_pointers = pointers(arguments);
    const auto environment_pointers = pointers(environment);
    pid_ = ::fork();
    if (pid_ < 0) fail("fork");
    if (pid_ == 0) {
        become(how, standard, const_cast<char**>(argument_pointers.data()),
               const_cast<char**>(environment_pointers.data()));
    }
    out_ = std::make_unique<capture>(std::move(pipes[1].read));
    err_ = std::make_unique<capture>(std::move(pipes[2].read));
}

process::~process() {
    if (!ending_) {
        ::kill(pid_, SIGKILL);
        while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
        }
    }
    for (auto* stream : {&*out_, &*err_}) {
        stream->drain();
        const auto report = sanitizer_report(stream->text());
        if (!report.empty()) ADD_FAILURE() << name_ << ": " << report;
    }
    const bool unwinding = std::uncaught_exceptions() > exceptions_before_;
    if (unwinding || testing::Test::HasFailure()) std::cout << transcript() << std::flush;
}

void process::send(int signal) {
    if (ending_) throw std::logic_error("signal to a process that has ended: " + name_);
    if (::kill(pid_, signal) != 0) fail("kill");
    signals_.push_back(signal);
}

ending process::wait(deadline limit) {
    if (ending_) return *ending_;
    // By number: glibc 2.36 declares pidfd_open without extern "C".
    const unique_fd handle(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
    if (handle.get() < 0) fail("pidfd_open");
    pollfd ended{handle.get(), POLLIN, 0};
    while (::poll(&ended, 1, limit.poll_timeout()) < 0 && errno == EINTR) {
    }
    int status = 0;
    pid_t reaped = 0;
    // A tracer sees a child's end before we may reap it.
    eventually([&] { return (reaped = ::waitpid(pid_, &status, WNOHANG)) != 0; }, limit);
    if (reaped < 0) fail("waitpid");
    if (reaped == 0) throw std::runtime_error("still running at the deadline\n" + transcript());
    ending_ = WIFEXITED(status) ? exited(WEXITSTATUS(status)) : killed_by(WTERMSIG(status));
    return *ending_;
}

std::string process::transcript() const {
    return "--- " + name_ + " (pid " + std::to_string(pid_) + ")\n--- stdout\n" +
           tail(out_->text()) + "--- stderr\n" + tail(err_->text()) + "---\n";
}

outcome run(const launch& how, deadline limit) {
    process child(how);
    const ending end = child.wait(limit);
    child.out().wait_for_end(limit);
    child.err().wait_for_end(limit);
    return {end, child.out().text(), child.err().text()};
}

}  // namespace pulsar::test
