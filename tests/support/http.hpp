#pragma once

#include "support/client.hpp"
#include "support/deadline.hpp"

#include <map>
#include <string>
#include <string_view>

namespace pulsar::test {

/// A response as it came, taken apart as naively as can be.
struct http_response {
    int status = 0;
    std::map<std::string, std::string> fields;  ///< names in small letters
    std::string body;                           ///< without its chunks
};

/// `GET PATH` in HTTP/1.1, with `fields`, each ending in CR LF.
std::string http_request(std::string_view path, std::string_view method = "GET",
                         std::string_view fields = {});

/// The next response; one to HEAD has no body. Throws where it is none, or ends too early.
http_response receive_response(client& socket, bool to_head = false, deadline limit = {});

/// Asks on a connection of its own.
http_response http_get(const std::string& address, std::string_view path);

}  // namespace pulsar::test
