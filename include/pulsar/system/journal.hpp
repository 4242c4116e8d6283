#pragma once

namespace pulsar::system {

/// Whether it is the stream to systemd's journal whose device and inode the variable JOURNAL_STREAM
/// names (systemd.exec(5)). A process inherits the variable, too, when its output goes elsewhere.
/// Throws std::bad_alloc.
bool is_journal(int descriptor);

}  // namespace pulsar::system
