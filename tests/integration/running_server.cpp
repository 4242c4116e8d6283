#include "integration/running_server.hpp"

#include "pulsar/log/log.hpp"
#include "support/deadline.hpp"

#include <stdexcept>
#include <unistd.h>

namespace pulsar::test {

namespace {

server::options with_listener(server::options options) {
    if (options.listen.empty()) options.listen.push_back(*net::parse_address("127.0.0.1:0"));
    return options;
}

}  // namespace

server::options handing(const held_socket& socket) {
    server::options options;
    options.listen = {*net::parse_address("fd:web")};
    options.listener.handed = {{::dup(socket.descriptor()), "web"}};
    return options;
}

running_server::running_server(server::options options)
    : log_file_(dir_ / "log"), server_(with_listener(std::move(options))) {
    log::options log;
    log.levels = *log::parse_levels("debug");
    log.format = log::format::json;
    log.file = log_file_;
    log::open(log);
    server_.listen();
    result_ = std::async(std::launch::async, [this] { return server_.run(stop_.get_token()); });
}

running_server::~running_server() {
    if (result_.valid()) finish();
}

std::string running_server::address(std::size_t index) const {
    return server_.addresses().at(index);
}

bool running_server::finish() {
    stop();
    const bool orderly = result_.get();
    log::close();
    return orderly;
}

std::vector<event> running_server::events(std::string_view module, std::string_view msg) {
    std::vector<event> found;
    const auto text = read_file(log_file_);
    std::size_t begin = 0;
    for (auto end = text.find('\n'); end != text.npos; end = text.find('\n', begin)) {
        auto e = parse_line(std::string_view(text).substr(begin, end - begin));
        if (e.at("module").as_string() == module && e.at("msg").as_string() == msg) {
            found.push_back(std::move(e));
        }
        begin = end + 1;
    }
    return found;
}

event running_server::wait_for(std::string_view module, std::string_view msg) {
    std::vector<event> found;
    const bool logged = eventually([&] {
        found = events(module, msg);
        return !found.empty();
    });
    if (!logged) throw std::runtime_error("never logged: " + std::string(msg));
    return found.front();
}

}  // namespace pulsar::test
