#pragma once

#include "pulsar/system/unique_fd.hpp"

#include <string>
#include <sys/stat.h>

namespace pulsar::net {

/// Keeps the other starts out of the directory of `path` (flock(2)) as long as the result lives:
/// hold it until the socket listens or its file is gone. Waits for others for up to 5 s. Throws
/// std::system_error.
[[nodiscard]] system::unique_fd lock_directory_of(const std::string& path);

/// The file of a listening Unix socket (unix(7)), which this process has created and removes.
class unix_socket_file {
  public:
    /// Binds `descriptor` to `path`, whose directory is locked. The file of a dead socket is
    /// replaced. Throws std::system_error: EADDRINUSE if the socket lives, or if the file is none.
    unix_socket_file(int descriptor, std::string path);
    unix_socket_file(const unix_socket_file&) = delete;
    unix_socket_file& operator=(const unix_socket_file&) = delete;

    /// Removes the file, unless another has taken its place by now. To be destroyed before the
    /// descriptor is closed: from then on the system may give the same inode to a successor's file.
    ~unix_socket_file();

  private:
    std::string path_;
    struct stat file_ {};  // when it was bound
};

}  // namespace pulsar::net
