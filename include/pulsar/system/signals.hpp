#pragma once

namespace pulsar::system {

/// Blocks no signal and takes SIGPIPE as by default, whatever the parent had: exec(3) keeps both.
/// Call it before anything starts a thread, which inherits the mask.
void reset_signals() noexcept;

}  // namespace pulsar::system
