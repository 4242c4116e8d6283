#include "support/http.hpp"

#include <algorithm>
#include <cctype>
#include <sstream>
#include <stdexcept>

namespace pulsar::test {

namespace {

std::string receive_line(client& socket, const deadline& limit) {
    std::string line;
    while (!line.ends_with("\r\n")) {
        const auto next = socket.receive_some(limit, 1);
        if (next.empty()) throw std::runtime_error("the stream ends in \"" + line + '"');
        line += next;
    }
    line.resize(line.size() - 2);
    return line;
}

std::string receive_chunks(client& socket, const deadline& limit) {
    std::string body;
    for (;;) {
        const auto size = std::stoul(receive_line(socket, limit), nullptr, 16);
        body += socket.receive_exactly(size, limit);
        if (!receive_line(socket, limit).empty()) throw std::runtime_error("no end of a chunk");
        if (size == 0) return body;
    }
}

}  // namespace

std::string http_request(std::string_view path, std::string_view method, std::string_view fields) {
    std::ostringstream text;
    text << method << ' ' << path << " HTTP/1.1\r\nHost: localhost\r\n" << fields << "\r\n";
    return text.str();
}

http_response receive_response(client& socket, bool to_head, deadline limit) {
    http_response response;
    std::istringstream first(receive_line(socket, limit));
    std::string version;
    if (!(first >> version >> response.status) || version != "HTTP/1.1") {
        throw std::runtime_error("no status line: " + first.str());
    }
    for (auto line = receive_line(socket, limit); !line.empty();
         line = receive_line(socket, limit)) {
        const auto colon = line.find(": ");
        if (colon == line.npos) throw std::runtime_error("no field: " + line);
        auto name = line.substr(0, colon);
        std::transform(name.begin(), name.end(), name.begin(),
                       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        if (!response.fields.emplace(name, line.substr(colon + 2)).second) {
            throw std::runtime_error("twice: " + line);
        }
    }
    if (to_head) return response;
    if (response.fields.contains("transfer-encoding")) {
        response.body = receive_chunks(socket, limit);
    } else if (response.fields.contains("content-length")) {
        response.body =
            socket.receive_exactly(std::stoul(response.fields["content-length"]), limit);
    } else {
        response.body = socket.receive_until_eof(limit);
    }
    return response;
}

http_response http_get(const std::string& address, std::string_view path) {
    client socket(address);
    socket.send_all(http_request(path));
    return receive_response(socket);
}

}  // namespace pulsar::test
