#pragma once

#include <utility>

namespace pulsar::net {

/// Owns a connected stream socket until something that serves it takes it over. Who drops one
/// resets its connection: the peer learns at once that nobody is there.
class unique_socket {
  public:
    /// `family`: AF_INET, AF_INET6 or AF_UNIX.
    unique_socket(int descriptor, int family) noexcept : descriptor_(descriptor), family_(family) {}
    unique_socket(unique_socket&& other) noexcept
        : descriptor_(other.release()), family_(other.family_) {}
    unique_socket& operator=(unique_socket&&) = delete;
    ~unique_socket();

    [[nodiscard]] int descriptor() const noexcept { return descriptor_; }  ///< -1 when released
    [[nodiscard]] int family() const noexcept { return family_; }
    int release() noexcept { return std::exchange(descriptor_, -1); }

  private:
    int descriptor_;
    int family_;
};

}  // namespace pulsar::net
