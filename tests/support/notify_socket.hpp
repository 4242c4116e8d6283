#pragma once

#include "support/deadline.hpp"
#include "support/temp_dir.hpp"
#include "support/unique_fd.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pulsar::test {

/// Hears what a daemon tells its service manager (sd_notify(3)).
class notify_socket {
  public:
    /// In a directory of its own, or in the abstract namespace at `name`, without the `@`.
    explicit notify_socket(const std::string& name = {});

    /// For NOTIFY_SOCKET.
    [[nodiscard]] const std::string& address() const { return address_; }
    /// For launch::environment.
    [[nodiscard]] std::string variable() const { return "NOTIFY_SOCKET=" + address_; }

    /// The next message; throws at the deadline.
    std::string receive(deadline limit = {});
    /// The first that begins with `words`, and with `seen` those before it.
    std::string wait_for(const std::string& words, std::vector<std::string>* seen = nullptr,
                         deadline limit = {});
    /// One that is there by now.
    std::optional<std::string> poll();
    /// Sends `filler` to itself until it takes no more.
    void fill();
    static constexpr std::string_view filler = "X=1";

  private:
    temp_dir dir_;
    std::string address_;
    unique_fd socket_;
};

}  // namespace pulsar::test
