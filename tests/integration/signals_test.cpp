#include "pulsar/server/signals.hpp"

#include "pulsar/server/server.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <memory>

namespace {

using namespace pulsar::server;

options on_a_free_port() {
    options opts;
    opts.listen = {*pulsar::net::parse_address("127.0.0.1:0")};
    return opts;
}

/// Where ASan sees it if an operation of the server's is left in it.
std::unique_ptr<signals> signals_for(server& target) {
    return std::make_unique<signals>(target);
}

TEST(Signals, LeaveNothingInAServerThatNeverRan) {
    server target(on_a_free_port());
    signals_for(target).reset();
}

TEST(Signals, ThatComeBeforeItRunsAreHandledWhenItDoes) {
    server target(on_a_free_port());
    const auto handling = signals_for(target);
    target.listen();
    std::raise(SIGTERM);
    EXPECT_TRUE(target.run());
}

}  // namespace
