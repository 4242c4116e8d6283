#pragma once

#include "support/client.hpp"
#include "support/deadline.hpp"
#include "support/markdown.hpp"

#include <algorithm>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace pulsar::test {

/// A field of a server, such as `status`, from HAProxy's stats socket.
inline std::string haproxy_field(const std::string& stats_socket, const std::string& server,
                                 const std::string& field) {
    // HAProxy listens there a moment after it does for clients.
    eventually([&] { return accepts("unix:" + stats_socket); });
    client stats("unix:" + stats_socket);
    stats.send_all("show stat\n");
    const auto table = stats.receive_until_eof();
    std::vector<std::string> names;
    for (const auto& line : lines_of(table)) {
        std::vector<std::string> cells;
        std::istringstream row(line);
        for (std::string cell; std::getline(row, cell, ',');)
            cells.push_back(cell);
        if (names.empty()) names = cells;
        const auto at = std::find(names.begin(), names.end(), field) - names.begin();
        if (std::ssize(cells) > at && at > 1 && cells[1] == server)
            return cells[static_cast<std::size_t>(at)];
    }
    throw std::runtime_error("no " + field + " of " + server + " in: " + table);
}

}  // namespace pulsar::test
