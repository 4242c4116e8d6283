#include "support/fault_injector.hpp"

#include "support/process_usage.hpp"
#include "support/skip_without.hpp"
#include "support/text.hpp"

#include <csignal>
#include <stdexcept>
#include <vector>

namespace pulsar::test {
namespace {

constexpr std::string_view stopped = "--- stopped by SIGSTOP ---";

bool is_delay(const std::string& fault) {
    return fault.starts_with("delay_");
}

launch strace(const std::vector<std::string>& arguments) {
    launch how;
    how.command = {"strace"};
    how.command.insert(how.command.end(), arguments.begin(), arguments.end());
    return how;
}

launch attached_to(pid_t pid, const std::string& calls, const std::string& fault,
                   const std::string& path) {
    const auto kind = is_delay(fault) ? ":" : ":error=";
    auto how = strace({"-f", "-e", "trace=" + calls, "-e", "inject=" + calls + kind + fault, "-p",
                       std::to_string(pid)});
    if (!path.empty()) how.command.insert(how.command.end(), {"-P", path});
    return how;
}

}  // namespace

launch waiting(launch how) {
    std::vector<std::string> shell{"sh", "-c", "kill -STOP $$; exec \"$@\"", "sh"};
    how.command.insert(how.command.begin(), shell.begin(), shell.end());
    return how;
}

fault_injector::fault_injector(process& target, const std::string& calls, const std::string& fault,
                               const std::string& path)
    : target_(target),
      mark_(is_delay(fault) ? "(DELAYED)" : "(INJECTED)"),
      strace_(attached_to(target.pid(), calls, fault, path)) {
    wait_for_words(" attached", 1, {});
}

void fault_injector::go_on() {
    wait_for_words(stopped, 1, {});
    target_.send(SIGCONT);
}

void fault_injector::wait_for_call(const std::string& name, deadline limit) {
    wait_for_words(name, 1, limit);
}

void fault_injector::wait_for_faults(std::size_t count, deadline limit) {
    wait_for_words(mark_, count, limit);
}

std::size_t fault_injector::faults() {
    return count_of(mark_);
}

std::string fault_injector::whole_trace() {
    strace_.wait();
    strace_.err().wait_for_end();
    return strace_.err().text();
}

void fault_injector::detach() {
    // A tracer that leaves in the midst of a call that it makes fail leaves it with ENOSYS. A
    // thread stops only between its calls.
    target_.send(SIGSTOP);
    wait_for_words(stopped, threads(target_.pid()), {});
    strace_.send(SIGINT);
    strace_.wait();
    target_.send(SIGCONT);
}

void fault_injector::wait_for_words(std::string_view words, std::size_t count, deadline limit) {
    for (;;) {
        const auto seen = strace_.err().size();
        if (count_of(words) >= count) return;
        if (!strace_.err().wait_for_more(seen, limit)) {
            throw std::runtime_error(strace_.transcript());
        }
    }
}

std::size_t fault_injector::count_of(std::string_view words) {
    return occurrences(strace_.err().text(), words);
}

bool fault_injection::possible() {
    return run(strace({"-o", "/dev/null", "true"})).how == exited(0);
}

void fault_injection::SetUp() {
    if (!possible()) skip_without("strace and the right to trace");
}

}  // namespace pulsar::test
