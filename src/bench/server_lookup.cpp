#include "pulsar/bench/server_lookup.hpp"

#include "pulsar/cli/text.hpp"
#include "pulsar/net/endpoint.hpp"

#include <exception>
#include <mutex>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <utility>

namespace pulsar::bench {

namespace {

/// Blocks where it is a name.
std::vector<server_endpoint> look_up(const net::address& where) {
    if (where.is == net::address::kind::unix_path) return {net::unix_endpoint(where.path)};
    const bool local = where.is == net::address::kind::any;
    try {
        const auto found = net::resolve(local ? "127.0.0.1" : where.host, where.port);
        return std::vector<server_endpoint>(found.begin(), found.end());
    } catch (const std::system_error& error) {
        throw std::runtime_error("cannot find " + cli::escaped(net::to_string(where)) + ": " +
                                 error.what());
    }
}

}  // namespace

struct server_lookup::state {
    std::mutex lock;
    std::function<void()> done;  // none: nobody waits
    bool is_done = false;
    std::exception_ptr failure;
    std::deque<server> found;
};

server_lookup::server_lookup(std::vector<net::address> targets, std::function<void()> done)
    : state_(std::make_shared<state>()) {
    state_->done = std::move(done);
    auto look_them_up = [shared = state_, targets = std::move(targets)] {
        std::deque<server> found;
        std::exception_ptr failure;
        try {
            for (const auto& target : targets)
                found.emplace_back(net::to_string(target), look_up(target));
        } catch (...) {
            failure = std::current_exception();
        }
        const std::lock_guard locked(shared->lock);
        shared->found = std::move(found);
        shared->failure = std::move(failure);
        shared->is_done = true;
        if (shared->done) shared->done();
    };
    try {
        std::thread(std::move(look_them_up)).detach();
    } catch (const std::system_error& error) {
        throw std::runtime_error("cannot start a thread to look addresses up: " +
                                 error.code().message());
    }
}

server_lookup::~server_lookup() {
    const std::lock_guard locked(state_->lock);
    state_->done = nullptr;
}

bool server_lookup::is_done() const {
    const std::lock_guard locked(state_->lock);
    return state_->is_done;
}

std::deque<server> server_lookup::take() {
    const std::lock_guard locked(state_->lock);
    // Moved out: no other thread holds it any more.
    if (state_->failure) std::rethrow_exception(std::exchange(state_->failure, nullptr));
    return std::move(state_->found);
}

}  // namespace pulsar::bench
