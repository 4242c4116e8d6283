#pragma once

#include <string>
#include <sys/types.h>

namespace pulsar::net {

/// The file of a listening Unix socket (unix(7)), which this process has created and removes.
class unix_socket_file {
  public:
    /// Binds `descriptor` to `path`. The file of a socket that nobody listens on any more is
    /// replaced. Throws std::system_error: EADDRINUSE if somebody does, or if the file is no
    /// socket.
    unix_socket_file(int descriptor, std::string path);
    unix_socket_file(unix_socket_file&& other) noexcept;
    unix_socket_file& operator=(unix_socket_file&&) = delete;

    /// Removes the file, unless another has taken its place by now.
    ~unix_socket_file();

  private:
    std::string path_;
    dev_t device_ = 0;
    ino_t inode_ = 0;
};

}  // namespace pulsar::net
