#include "support/fault_injector.hpp"

#include "support/process_usage.hpp"

#include <csignal>
#include <stdexcept>
#include <vector>

namespace pulsar::test {
namespace {

constexpr std::string_view injected = "(INJECTED)";

launch strace(const std::vector<std::string>& arguments) {
    launch how;
    how.command = {"strace"};
    how.command.insert(how.command.end(), arguments.begin(), arguments.end());
    return how;
}

launch attached_to(pid_t pid, const std::string& calls, const std::string& error,
                   const std::string& path) {
    auto how = strace({"-f", "-e", "trace=" + calls, "-e", "inject=" + calls + ":error=" + error,
                       "-p", std::to_string(pid)});
    if (!path.empty()) how.command.insert(how.command.end(), {"-P", path});
    return how;
}

}  // namespace

fault_injector::fault_injector(process& target, const std::string& calls, const std::string& error,
                               const std::string& path)
    : target_(target), strace_(attached_to(target.pid(), calls, error, path)) {
    if (!wait_for_words(" attached", 1, {})) throw std::runtime_error(strace_.transcript());
}

void fault_injector::wait_for_faults(std::size_t count, deadline limit) {
    if (!wait_for_words(injected, count, limit)) throw std::runtime_error(strace_.transcript());
}

std::size_t fault_injector::faults() {
    return count_of(injected);
}

void fault_injector::detach() {
    // A tracer that leaves in the midst of a call that it makes fail leaves it with ENOSYS. A
    // thread stops only between its calls.
    target_.send(SIGSTOP);
    if (!wait_for_words("--- stopped by SIGSTOP ---", threads(target_.pid()), {}))
        throw std::runtime_error(strace_.transcript());
    strace_.send(SIGINT);
    strace_.wait();
    target_.send(SIGCONT);
}

bool fault_injector::wait_for_words(std::string_view words, std::size_t count, deadline limit) {
    for (;;) {
        const auto seen = strace_.err().size();
        if (count_of(words) >= count) return true;
        if (!strace_.err().wait_for_more(seen, limit)) return false;
    }
}

std::size_t fault_injector::count_of(std::string_view words) {
    const auto text = strace_.err().text();
    std::size_t count = 0;
    for (auto at = text.find(words); at != text.npos; at = text.find(words, at + 1))
        ++count;
    return count;
}

void fault_injection::SetUp() {
    if (run(strace({"-o", "/dev/null", "true"})).how != exited(0)) {
        GTEST_SKIP() << "needs strace and the right to trace";
    }
}

}  // namespace pulsar::test
