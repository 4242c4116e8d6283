#pragma once

#include "support/unique_fd.hpp"

#include <cstddef>

namespace pulsar::test {

/// pty(7), raw: it writes what it gets as it is. Throws if there is none.
struct pseudo_terminal {
    explicit pseudo_terminal(std::size_t columns = 80);

    unique_fd master;  ///< what reads the screen; nobody does while it is here
    unique_fd slave;   ///< what a program has as its terminal
};

}  // namespace pulsar::test
