#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>

namespace pulsar::log {

/// Where the lines end up. Used by one thread at a time.
class output {
  public:
    virtual ~output() = default;

    /// Writes some of `bytes`, which is not empty, and does not wait. 0 if it takes none: `error`
    /// says why, EAGAIN if fd() has to become writable.
    virtual std::size_t write(std::string_view bytes, std::error_code& error) noexcept = 0;

    /// For poll(2) and fstat(2).
    [[nodiscard]] virtual int fd() const noexcept = 0;
};

/// Opens or creates the file `path` for appending. Throws std::system_error that names it; a FIFO
/// without a reader is one (ENXIO), as is a socket.
std::unique_ptr<output> open_file(const std::string& path);

/// Throws std::system_error when descriptor 1 is closed.
std::unique_ptr<output> open_standard_output();

/// Whether it is a regular file whose last byte is not a newline: somebody's cut line.
bool ends_mid_line(const output& file);

bool same_file(const output& a, const output& b) noexcept;

}  // namespace pulsar::log
