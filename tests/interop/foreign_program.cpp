#include "interop/foreign_program.hpp"

#include "support/unique_fd.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <netinet/in.h>
#include <sstream>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace pulsar::test {
namespace {

/// Empty when it is not installed.
std::string path_of(const std::string& program) {
    const char* path = std::getenv("PATH");
    std::istringstream folders(std::string(path != nullptr ? path : "") + ":/usr/sbin");
    for (std::string folder; std::getline(folders, folder, ':');) {
        const auto candidate = folder + '/' + program;
        if (::access(candidate.c_str(), X_OK) == 0) return candidate;
    }
    return {};
}

sockaddr_in ipv4(const std::string& address) {
    const auto colon = address.find(':');
    sockaddr_in result{};
    result.sin_family = AF_INET;
    if (colon == address.npos ||
        ::inet_pton(AF_INET, address.substr(0, colon).c_str(), &result.sin_addr) != 1) {
        throw std::invalid_argument("not an IPv4 address: " + address);
    }
    result.sin_port = htons(static_cast<std::uint16_t>(std::stoi(address.substr(colon + 1))));
    return result;
}

/// Whether a listener is there, by the kernel's table, proc_net(5).
bool listens(const std::string& address) {
    const auto wanted = ipv4(address);
    char of_listener[64];  // local and remote address, state
    std::snprintf(of_listener, sizeof of_listener, ": %08X:%04X 00000000:0000 0A ",
                  wanted.sin_addr.s_addr, static_cast<unsigned>(ntohs(wanted.sin_port)));
    std::ifstream table("/proc/net/tcp");
    std::string line;
    std::getline(table, line);  // the heading
    // Listeners come first. Behind them may be tens of thousands of others.
    while (std::getline(table, line) && line.find(" 0A ") != line.npos) {
        if (line.find(of_listener) != line.npos) return true;
    }
    return false;
}

bool has_ended(pid_t child) {
    siginfo_t end{};
    const int result = ::waitid(P_PID, static_cast<id_t>(child), &end, WEXITED | WNOHANG | WNOWAIT);
    return result != 0 || end.si_pid == child;
}

/// In its directory, and as the leader of a process group, so that its children can be ended too.
launch in_group_of_its_own(const temp_dir& dir, const std::vector<std::string>& command) {
    launch how;
    how.command = {"env", "-C", dir / ".", "setsid", path_of(command.at(0))};
    how.command.insert(how.command.end(), command.begin() + 1, command.end());
    return how;
}

launch with_configuration(const temp_dir& dir, const std::vector<std::string>& command,
                          const std::string& configuration) {
    write_file(dir / configuration_file, configuration);
    return in_group_of_its_own(dir, command);
}

}  // namespace

std::string missing_programs(const std::vector<std::string>& names) {
    std::string missing;
    for (const auto& name : names) {
        if (path_of(name).empty()) missing += (missing.empty() ? "" : ", ") + name;
    }
    return missing;
}

std::string own_address() {
    static std::uint16_t next_port = 4001;
    const auto pid = static_cast<std::uint32_t>(::getpid());  // of at most 22 bits, proc(5)
    sockaddr_in own{};
    own.sin_family = AF_INET;
    own.sin_addr.s_addr = htonl(0x7f400000 | (pid & 0x3fffff));
    for (;;) {
        const unique_fd probe(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        const int on = 1;  // as servers do
        ::setsockopt(probe.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        own.sin_port = htons(next_port++);
        if (::bind(probe.get(), reinterpret_cast<sockaddr*>(&own), sizeof own) == 0) break;
        // A service of the machine, on all addresses.
        if (errno != EADDRINUSE) throw std::system_error(errno, std::generic_category(), "bind");
    }
    char host[INET_ADDRSTRLEN];
    ::inet_ntop(AF_INET, &own.sin_addr, host, sizeof host);
    return std::string(host) + ':' + std::to_string(ntohs(own.sin_port));
}

void write_certificate(const temp_dir& dir, const std::string& name) {
    const auto key = dir / (name + ".key");
    const auto certificate = dir / (name + ".crt");
    const auto made =
        run({{"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
              "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1", "-subj", "/CN=localhost",
              "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate}});
    if (made.how != exited(0)) throw std::runtime_error("openssl: " + made.err);
    write_file(dir / name, read_file(key) + read_file(certificate));
}

foreign_program::foreign_program(const temp_dir& dir, const std::vector<std::string>& command,
                                 std::string address, const std::string& configuration,
                                 deadline limit)
    : address_(std::move(address)), child_(with_configuration(dir, command, configuration)) {
    bool listening = false;
    eventually([&] { return (listening = listens(address_)) || has_ended(child_.pid()); }, limit);
    if (listening) return;
    end_group();
    child_.out().wait_for_end();
    child_.err().wait_for_end();
    throw std::runtime_error(command.at(0) + " does not listen on " + address_ + '\n' +
                             child_.transcript());
}

foreign_program::~foreign_program() {
    end_group();
}

void foreign_program::end_group() {
    // As long as we have not waited for the leader, nobody else gets its number.
    if (!child_.ended()) ::kill(-child_.pid(), SIGKILL);
}

}  // namespace pulsar::test
