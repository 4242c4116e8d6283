#pragma once

#include "support/deadline.hpp"

#include <cstddef>
#include <string>
#include <system_error>
#include <vector>

namespace pulsar::test {

/// What a client has sent and heard.
struct conversation {
    std::string sent;       ///< all that it wanted to send; the connection may have ended before
    std::string heard;      ///< until the connection ended
    std::error_code error;  ///< none: by an end-of-stream
};

/// Sends `stream` and a FIN, and reads at the same time until the connection ends.
conversation converse(const std::string& address, std::string stream,
                      deadline limit = std::chrono::seconds(20));

/// As many clients at the same time, each with a stream of its own of about so many bytes.
std::vector<conversation> converse(const std::string& address, std::size_t clients,
                                   std::size_t bytes, unsigned seed);

/// Expects the whole echo, and an end-of-stream.
void expect_whole_echo(const conversation& held);

/// Expects the begin of the echo, perhaps all of it, and that the connection has ended.
void expect_part_of_echo(const conversation& held);

}  // namespace pulsar::test
