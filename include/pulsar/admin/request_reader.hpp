#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace pulsar::admin {

/// What a client asks for.
struct request {
    enum class method_type : std::uint8_t { get, head, other };

    method_type method = method_type::get;
    std::string path;         ///< without its query
    bool is_http_1_1 = true;  ///< else 1.0, which knows no chunks
    bool keep_alive = true;
};

/// The requests of one connection, from bytes in pieces of any size. No I/O.
class request_reader {
  public:
    static constexpr std::size_t most_bytes = std::size_t{8} * 1024;  ///< of a request

    enum class outcome : std::uint8_t { incomplete, complete, bad, too_large };

    /// Where the next bytes belong: never empty after parse() was `incomplete`.
    std::span<std::byte> space() noexcept {
        return std::as_writable_bytes(std::span(buffer_).subspan(size_));
    }
    void add(std::size_t bytes) noexcept { size_ += bytes; }

    /// Takes a request from what was added. After `bad` and `too_large` nobody knows where the next
    /// one begins; its method is told where the first line could be read. Throws std::bad_alloc.
    outcome parse(request& into);

    /// Whether nothing of a next request is here.
    bool empty() const noexcept { return size_ == 0; }

  private:
    void drop(std::size_t bytes) noexcept;

    std::array<char, most_bytes> buffer_;
    std::size_t size_ = 0;
};

}  // namespace pulsar::admin
