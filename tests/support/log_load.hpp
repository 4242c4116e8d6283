#pragma once

#include "support/json.hpp"

#include <string>
#include <vector>

namespace pulsar::test {

/// For a daemon that logs a line for each heartbeat, and sends many.
inline const std::vector<std::string> talkative{
    "--log-level", "debug", "--heartbeat-interval", "1ms", "--report-interval", "0s"};

/// 100,000 heartbeats, some 13 MB: more than a pipe and any sensible queue hold.
void cause_many_lines(const std::string& address);

/// An echo by a daemon that sends heartbeats at any time.
void expect_echo_between_heartbeats(const std::string& address);

/// Expects that each event of a daemon's life is a line of `log` or counted by a `dropped` one. It
/// is talkative; one report was asked for when no connection was
/// left, after the last loss.
void expect_every_event_accounted_for(const std::vector<event>& log);

}  // namespace pulsar::test
