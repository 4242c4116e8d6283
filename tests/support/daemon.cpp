#include "support/daemon.hpp"

#include "support/process_usage.hpp"

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <iterator>
#include <sstream>
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
    const auto own = pulsar_with(flags).command;
    how.command.insert(how.command.end(), own.begin(), own.end());
    return how;
}

/// What --log-level says, once in `flags`.
std::string log_levels_in(const std::vector<std::string>& flags) {
    const auto flag = std::find(flags.begin(), flags.end(), "--log-level");
    return flag == flags.end() ? "info" : *std::next(flag);
}

/// Whether a module's events of level `info` are logged.
bool tells(const std::string& levels, const std::string& module) {
    std::string level = "info";
    std::istringstream entries(levels);
    for (std::string entry; std::getline(entries, entry, ',');) {
        if (entry.find('=') == entry.npos) level = entry;
    }
    const auto own = ("," + levels + ",").find("," + module + "=");
    if (own != levels.npos) level = levels.substr(own + module.size() + 1);
    return level.starts_with("trace") || level.starts_with("debug") || level.starts_with("info");
}

/// Whether the signals that it got make a daemon end so.
bool promised(const ending& how, const std::vector<int>& signals, std::size_t errors_provoked) {
    const auto sent = [&](int signal) {
        return std::count(signals.begin(), signals.end(), signal);
    };
    const auto stops = sent(SIGINT) + sent(SIGTERM);
    if (how == killed_by(SIGKILL)) return sent(SIGKILL) > 0;
    if (how.signal != 0) {
        return stops > 1 && (how.signal == SIGINT || how.signal == SIGTERM) && sent(how.signal) > 0;
    }
    return how == exited(0) ? stops > 0 : how == exited(1) && errors_provoked > 0;
}

bool is(const event& candidate, std::string_view module, std::string_view msg,
        std::string_view peer) {
    return text(candidate, "module") == module && text(candidate, "msg") == msg &&
           (peer.empty() || text(candidate, "peer") == peer);
}

}  // namespace

daemon::daemon(std::vector<std::string> flags, launch how)
    : log_levels_(log_levels_in(flags)),
      child_(logging_json(std::move(flags), std::move(how))),
      exceptions_before_(std::uncaught_exceptions()) {
    wait_for("server", "listening");
    wait_for("server", "started");
    descriptors_ = open_descriptors(child_.pid());
}

daemon::~daemon() {
    if (std::uncaught_exceptions() > exceptions_before_) return;
    try {
        expect_promised_end();
    } catch (const std::exception& error) {
        ADD_FAILURE() << error.what();
    }
}

std::string daemon::address() {
    return text(events("server", "listening").at(0), "address");
}

std::string daemon::admin_address() {
    const auto all = events("server", "listening");
    const auto found = std::find_if(all.begin(), all.end(), [](const event& listening) {
        const auto* admin = listening.if_contains("admin");
        return admin != nullptr && admin->is_bool() && admin->as_bool();
    });
    return text(*found, "address");
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

event daemon::report() {
    const auto before = events("registry", "report").size();
    child_.send(SIGUSR1);
    return wait_for_count(before + 1, "registry", "report").back();
}

void daemon::expect_descriptors_at_baseline(deadline limit) {
    if (!tells(log_levels_, "connection") && !tells(log_levels_, "registry")) return;
    std::size_t open = 0;
    std::size_t allowed = 0;
    EXPECT_TRUE(eventually(
        [&] {
            open = open_descriptors(child_.pid());
            allowed = descriptors_ + static_cast<std::size_t>(open_connections());
            return open <= allowed;
        },
        limit))
        << open << " descriptors are open, not " << allowed;
}

event daemon::expect_orderly_exit(int signal) {
    expect_descriptors_at_baseline();
    child_.send(signal);
    return expect_orderly_end();
}

event daemon::expect_orderly_end() {
    EXPECT_EQ(child_.wait(std::chrono::seconds(20)), exited(0));
    child_.out().wait_for_end();
    child_.err().wait_for_end();
    EXPECT_EQ(child_.err().text(), "");
    expect_no_other_errors();
    const auto stopped = events("server", "stopped");
    EXPECT_EQ(stopped.size(), 1u);
    return stopped.empty() ? event() : stopped.front();
}

std::int64_t daemon::open_connections() {
    read_on();
    const bool followed = tells(log_levels_, "connection") && !lines_dropped_;
    return followed ? open_connections_ : number(report(), "connections");
}

void daemon::read_on() {
    const auto fresh = child_.out().text(parsed_);
    const auto whole = fresh.rfind('\n') + 1;  // npos + 1 is 0
    for (auto& parsed : parse_lines(std::string_view(fresh).substr(0, whole))) {
        count(parsed);
        events_.push_back(std::move(parsed));
    }
    parsed_ += whole;
}

void daemon::count(const event& logged) {
    if (is(logged, "connection", "opened", {})) ++open_connections_;
    if (is(logged, "connection", "closed", {})) --open_connections_;
    if (is(logged, "log", "dropped", {})) lines_dropped_ = true;
    if (text(logged, "level") == "error") ++errors_;
}

void daemon::expect_promised_end() {
    if (!child_.ended()) {
        const auto& sent = child_.signals();
        if (std::find(sent.begin(), sent.end(), SIGKILL) == sent.end()) {
            if (!testing::Test::HasFailure() && !testing::Test::IsSkipped()) {
                ADD_FAILURE() << "the test has left its daemon running";
            }
            return;
        }
    }
    const auto how = child_.wait();
    EXPECT_TRUE(promised(how, child_.signals(), errors_provoked_)) << how;
    child_.out().drain();
    expect_no_other_errors();
}

void daemon::expect_no_other_errors() {
    read_on();
    if (errors_ == errors_provoked_) return;
    ADD_FAILURE() << errors_ << " errors were logged, not " << errors_provoked_;
    for (const auto& logged : events_) {
        if (text(logged, "level") == "error") std::cout << boost::json::serialize(logged) << '\n';
    }
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
