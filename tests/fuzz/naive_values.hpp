#pragma once

#include "pulsar/log/levels.hpp"
#include "pulsar/net/address.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>

/// The rules of the README for flags, read a second time: slow, and without a line of the daemon's.
namespace pulsar::fuzz {

/// Digits and one of `units`, whose value is its factor; nothing if that is more than `most`.
std::optional<std::uint64_t> read_scaled(std::string_view text,
                                         const std::map<std::string_view, std::uint64_t>& units,
                                         std::uint64_t most);

std::optional<net::address> read_address(std::string_view text);

std::optional<log::levels> read_levels(std::string_view text);

}  // namespace pulsar::fuzz
