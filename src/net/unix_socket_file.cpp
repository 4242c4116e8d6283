#include "pulsar/net/unix_socket_file.hpp"

#include <cerrno>
#include <cstring>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace pulsar::net {

namespace {

sockaddr_un address_of(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) {
        throw std::system_error(ENAMETOOLONG, std::generic_category());
    }
    std::memcpy(address.sun_path, path.data(), path.size());
    return address;
}

bool bind_to(int descriptor, const sockaddr_un& address) {
    return ::bind(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

/// A socket file that refuses connections outlived its listener.
bool is_stale(const sockaddr_un& address) {
    struct stat file {};
    if (::lstat(address.sun_path, &file) != 0 || !S_ISSOCK(file.st_mode)) return false;
    const int probe = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (probe < 0) return false;
    const bool refused =
        ::connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 &&
        errno == ECONNREFUSED;
    ::close(probe);
    return refused;
}

}  // namespace

unix_socket_file::unix_socket_file(int descriptor, std::string path) {
    const auto address = address_of(path);
    if (!bind_to(descriptor, address)) {
        const int error = errno;
        const bool replaced = error == EADDRINUSE && is_stale(address) &&
                              ::unlink(path.c_str()) == 0 && bind_to(descriptor, address);
        if (!replaced) throw std::system_error(error, std::generic_category());
    }
    path_ = std::move(path);
    struct stat file {};
    if (::lstat(path_.c_str(), &file) == 0) {
        device_ = file.st_dev;
        inode_ = file.st_ino;
    }
}

unix_socket_file::unix_socket_file(unix_socket_file&& other) noexcept
    : path_(std::exchange(other.path_, {})), device_(other.device_), inode_(other.inode_) {}

unix_socket_file::~unix_socket_file() {
    struct stat file {};
    if (!path_.empty() && ::lstat(path_.c_str(), &file) == 0 && file.st_dev == device_ &&
        file.st_ino == inode_) {
        ::unlink(path_.c_str());
    }
}

}  // namespace pulsar::net
