#pragma once

#include "pulsar/bench/server_endpoint.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace pulsar::bench {

/// One of the addresses that share the connections. Where its name stands for several, the first
/// that accepts is the server, in their order, as curl has it: the connections find out which, so
/// that there is no connection beside those of the run.
///
/// Any thread may call it.
class server {
  public:
    /// There is at least one endpoint.
    server(std::string name, std::vector<server_endpoint> endpoints)
        : name_(std::move(name)), endpoints_(std::move(endpoints)) {}

    /// As the user wrote it.
    const std::string& name() const noexcept { return name_; }

    const std::vector<server_endpoint>& endpoints() const noexcept { return endpoints_; }
    /// Of those of another family. False: none would be left, and none has been removed.
    bool keep_only(int family);

    /// Which endpoint to connect to next.
    std::size_t current() const noexcept { return chosen_.load().endpoint; }
    void accepted(std::size_t endpoint) const noexcept;
    /// Whether there is another one to try in its place.
    bool not_accepted(std::size_t endpoint) const noexcept;

  private:
    struct choice {
        std::uint32_t endpoint = 0;
        // 1: it has accepted. A bool would leave bytes that compare unequal.
        std::uint32_t final = 0;
    };

    std::string name_;
    std::vector<server_endpoint> endpoints_;
    mutable std::atomic<choice> chosen_{};
};

}  // namespace pulsar::bench
