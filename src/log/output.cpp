#include "output.hpp"

#include "pulsar/system/unique_fd.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>

namespace pulsar::log {

using system::unique_fd;

namespace {

/// How to write without waiting.
enum class manner {
    direct,  ///< the open file description is ours and non-blocking, or a regular file's
    polled,  ///< it is shared and blocks: only what is sure to fit
    socket,  ///< it is shared, and send(2) can be told not to block
};

std::string path_of(int fd) {
    return "/proc/self/fd/" + std::to_string(fd);
}

class file_output final : public output {
  public:
    file_output(unique_fd fd, manner how) : fd_(std::move(fd)), how_(how) {}

    std::size_t write(std::string_view bytes, std::error_code& error) noexcept override {
        ssize_t written = -1;
        do {
            written = write_once(bytes);
        } while (written < 0 && errno == EINTR);
        if (written > 0) return static_cast<std::size_t>(written);
        error.assign(written < 0 ? errno : EAGAIN, std::generic_category());
        return 0;
    }

    [[nodiscard]] int fd() const noexcept override { return fd_.get(); }

  private:
    [[nodiscard]] ssize_t write_once(std::string_view bytes) const noexcept {
        // Progress is seen per call: a slow disk must not look like a stalled one.
        constexpr std::size_t most = std::size_t{256} * 1024;
        // What pipe(7) lets through as soon as poll(2) calls a pipe writable.
        constexpr std::size_t sure_to_fit = 4096;
        switch (how_) {
            case manner::direct:
                break;
            case manner::polled: {
                pollfd state{fd_.get(), POLLOUT, 0};
                if (::poll(&state, 1, 0) == 0) errno = EAGAIN;
                if (state.revents == 0) return -1;
                return ::write(fd_.get(), bytes.data(), std::min(bytes.size(), sure_to_fit));
            }
            case manner::socket:
                return ::send(fd_.get(), bytes.data(), std::min(bytes.size(), most),
                              MSG_DONTWAIT | MSG_NOSIGNAL);
        }
        return ::write(fd_.get(), bytes.data(), std::min(bytes.size(), most));
    }

    const unique_fd fd_;
    const manner how_;
};

}  // namespace

std::unique_ptr<output> open_file(const std::string& path) {
    constexpr int flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
    unique_fd fd(::open(path.c_str(), flags, 0644));
    if (fd.get() < 0) throw std::system_error(errno, std::generic_category(), path);
    return std::make_unique<file_output>(std::move(fd), manner::direct);
}

std::unique_ptr<output> open_standard_output() {
    struct stat status {};
    if (::fstat(STDOUT_FILENO, &status) != 0) {
        throw std::system_error(errno, std::generic_category(), "standard output");
    }
    if (S_ISFIFO(status.st_mode) || S_ISCHR(status.st_mode)) {
        // A description of our own: O_NONBLOCK on the inherited one would reach the shell that
        // shares it. Fails for a terminal of another user, for one.
        unique_fd own(
            ::open(path_of(STDOUT_FILENO).c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
        if (own.get() >= 0) return std::make_unique<file_output>(std::move(own), manner::direct);
    }
    unique_fd shared(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3));
    if (shared.get() < 0) {
        throw std::system_error(errno, std::generic_category(), "standard output");
    }
    // A regular file stays shared, for the sake of the offset.
    const auto how = S_ISSOCK(status.st_mode)                             ? manner::socket
                     : S_ISREG(status.st_mode) || S_ISBLK(status.st_mode) ? manner::direct
                                                                          : manner::polled;
    return std::make_unique<file_output>(std::move(shared), how);
}

bool ends_mid_line(const output& file) {
    struct stat status {};
    if (::fstat(file.fd(), &status) != 0) return false;
    if (!S_ISREG(status.st_mode) || status.st_size == 0) return false;
    const unique_fd reader(::open(path_of(file.fd()).c_str(), O_RDONLY | O_CLOEXEC));
    char last = '\n';
    return ::pread(reader.get(), &last, 1, status.st_size - 1) == 1 && last != '\n';
}

bool same_file(const output& a, const output& b) noexcept {
    struct stat one {};
    struct stat other {};
    if (::fstat(a.fd(), &one) != 0 || ::fstat(b.fd(), &other) != 0) return false;
    return one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

}  // namespace pulsar::log
