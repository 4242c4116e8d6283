#pragma once

#include <cerrno>
#include <string>
#include <system_error>

namespace pulsar::test {

/// Throws std::system_error, with `call` for its text, if a system call has failed.
inline void check_call(int result, const std::string& call) {
    if (result < 0) throw std::system_error(errno, std::generic_category(), call);
}

}  // namespace pulsar::test
