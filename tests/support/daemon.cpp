#include "support/daemon.hpp"

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <stdexcept>
#include <utility>

namespace pulsar::test {

launch pulsar_with(const std::vector<std::string>& flags,
                   const std::vector<std::string>& environment) {
    const char* named = std::getenv("PULSAR_BINARY");
    launch how;
    how.command = {named ? named : PULSAR_BINARY};
    how.command.insert(how.command.end(), flags.begin(), flags.end());
    how.environment = environment;
    return how;
}

namespace {

launch logging_json(std::vector<std::string> flags, launch how) {
    if (std::find(flags.begin(), flags.end(), "--listen") == flags.end()) {
        flags.insert(flags.end(), {"--listen", "127.0.0.1:0"});
    }
    flags.insert(flags.end(), {"--log-format", "json"});
    how.command = pulsar_with(flags).command;
    return how;
}

bool is(const event& candidate, std::string_view module, std::string_view msg,
        std::string_view peer) {
    return text(candidate, "module") == module && text(candidate, "msg") == msg &&
           (peer.empty() || text(candidate, "peer") == peer);
}

}  // namespace

daemon::daemon(std::vector<std::string> flags, launch how)
    : child_(logging_json(std::move(flags), std::move(how))) {
    wait_for("server", "listening");
    wait_for("server", "started");
}

std::string daemon::address() {
    return text(events("server", "listening").at(0), "address");
}

std::string daemon::port() {
    const auto name = address();
    return name.substr(name.rfind(':') + 1);
}

const std::vector<event>& daemon::events() {
    read_on();
    return events_;
}

std::vector<event> daemon::events(std::string_view module, std::string_view msg,
                                  std::string_view peer) {
    read_on();
    std::vector<event> result;
    std::copy_if(events_.begin(), events_.end(), std::back_inserter(result),
                 [&](const event& candidate) { return is(candidate, module, msg, peer); });
    return result;
}

void daemon::forget_events() {
    read_on();
    events_.clear();
    child_.out().forget(parsed_);
}

event daemon::wait_for(std::string_view module, std::string_view msg, std::string_view peer,
                       deadline limit) {
    return wait_until(1, module, msg, peer, limit).front();
}

std::vector<event> daemon::wait_for_count(std::size_t count, std::string_view module,
                                          std::string_view msg, deadline limit) {
    return wait_until(count, module, msg, {}, limit);
}

event daemon::expect_orderly_exit(int signal) {
    child_.send(signal);
    return expect_orderly_end();
}

event daemon::expect_orderly_end() {
    EXPECT_EQ(child_.wait(std::chrono::seconds(20)), exited(0));
    child_.out().wait_for_end();
    child_.err().wait_for_end();
    EXPECT_EQ(child_.err().text(), "");
    for (const auto& logged : events()) {
        EXPECT_NE(text(logged, "level"), "error") << boost::json::serialize(logged);
    }
    const auto stopped = events("server", "stopped");
    EXPECT_EQ(stopped.size(), 1u);
    return stopped.empty() ? event() : stopped.front();
}

void daemon::read_on() {
    const auto fresh = child_.out().text(parsed_);
    const auto whole = fresh.rfind('\n') + 1;  // npos + 1 is 0
    for (auto& parsed : parse_lines(std::string_view(fresh).substr(0, whole))) {
        events_.push_back(std::move(parsed));
    }
    parsed_ += whole;
}

std::vector<event> daemon::wait_until(std::size_t count, std::string_view module,
                                      std::string_view msg, std::string_view peer, deadline limit) {
    std::vector<event> found;
    for (std::size_t next = 0;;) {
        const auto seen = child_.out().size();
        for (read_on(); next < events_.size(); ++next) {
            if (!is(events_[next], module, msg, peer)) continue;
            found.push_back(events_[next]);
            if (found.size() == count) return found;
        }
        if (!child_.out().wait_for_more(seen, limit)) {
            throw std::runtime_error("logged " + std::to_string(found.size()) + " times, not " +
                                     std::to_string(count) + ": " + std::string(module) + ": " +
                                     std::string(msg) + " " + std::string(peer) + "\n" +
                                     child_.transcript());
        }
    }
}

}  // namespace pulsar::test
