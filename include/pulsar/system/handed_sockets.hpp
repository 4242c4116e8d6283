#pragma once

#include <string>
#include <vector>

namespace pulsar::system {

/// The first descriptor behind the standard ones, and the first that is handed over.
inline constexpr int first_handed = 3;

/// A descriptor that the service manager has handed over, for socket activation. Does not own it:
/// net::listen_on() takes that over.
struct handed_socket {
    int descriptor;
    std::string name;  ///< FileDescriptorName= of systemd.socket(5); not unique
};

/// Those that are for this process, by LISTEN_PID, LISTEN_FDS and LISTEN_FDNAMES
/// (sd_listen_fds(3)). They are close-on-exec from then on, and the variables removed, so that no
/// child takes them for its own. Nobody has looked yet what they are. Call it before anything opens
/// a descriptor or starts a thread. Throws std::runtime_error, which names the variable.
std::vector<handed_socket> take_handed_sockets();

}  // namespace pulsar::system
