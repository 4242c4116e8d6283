#include "pulsar/net/unix_socket_file.hpp"

#include "pulsar/net/clock.hpp"
#include "pulsar/net/endpoint.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <utility>

namespace pulsar::net {

using namespace std::chrono_literals;

namespace {

constexpr auto lock_patience = 5s;

/// Of the file itself, where that is a symbolic link; zeros if there is none.
struct stat status_of(const std::string& path) {
    struct stat file {};
    ::lstat(path.c_str(), &file);
    return file;
}

/// Whether it is the file of a socket that nobody is bound to any more.
bool is_dead(const std::string& path) {
    if (!S_ISSOCK(status_of(path).st_mode)) return false;
    const auto where = unix_endpoint(path);
    // Of another type than what it asks: a live listener never sees it, however full its queue is,
    // and one that is bound and does not listen yet counts as alive, too.
    const system::unique_fd probe(
        ::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    return ::connect(probe.get(), where.data(), static_cast<socklen_t>(where.size())) != 0 &&
           errno == ECONNREFUSED;
}

}  // namespace

system::unique_fd lock_directory_of(const std::string& path) {
    const auto directory = path.substr(0, path.rfind('/') + 1) + '.';
    system::unique_fd lock(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    const auto give_up_at = clock::now() + lock_patience;
    while (lock.get() < 0 || ::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK || clock::now() >= give_up_at) {
            throw std::system_error(errno, std::generic_category(), "cannot lock its directory");
        }
        std::this_thread::sleep_for(10ms);
    }
    return lock;
}

unix_socket_file::unix_socket_file(int descriptor, std::string path) : path_(std::move(path)) {
    if (is_dead(path_)) ::unlink(path_.c_str());
    const auto where = unix_endpoint(path_);
    if (::bind(descriptor, where.data(), static_cast<socklen_t>(where.size())) != 0) {
        throw std::system_error(errno, std::generic_category());
    }
    file_ = status_of(path_);
}

unix_socket_file::~unix_socket_file() {
    const auto now = status_of(path_);
    if (now.st_dev == file_.st_dev && now.st_ino == file_.st_ino) ::unlink(path_.c_str());
}

}  // namespace pulsar::net
