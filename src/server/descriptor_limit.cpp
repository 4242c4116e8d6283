#include "pulsar/server/descriptor_limit.hpp"

#include "pulsar/log/log.hpp"
#include "pulsar/net/open_files.hpp"

#include <cerrno>
#include <string>
#include <system_error>

namespace pulsar::server {

namespace {

// Standard streams, log, signal pipe, a client on its way to being refused, and what libraries open
// for a moment, such as the resolver.
constexpr std::size_t descriptors_besides = 16;

}  // namespace

void fit_descriptor_limit(options& opts, std::size_t kept_back) {
    const auto limit = net::raise_open_files_limit();
    // Each loop may be about to close a connection that has given its place back.
    const auto reserved = descriptors_besides + kept_back + opts.listen.size() +
                          opts.listener.handed.size() +
                          (net::descriptors_per_loop + 1) * opts.threads;
    if (limit <= reserved) {
        throw std::system_error(
            EMFILE, std::generic_category(),
            "a limit of " + std::to_string(limit) + " open files leaves none for connections");
    }
    const auto room = limit - reserved;
    if (opts.max_connections <= room) return;
    log::write(log::component::server, log::level::warn, "max connections lowered",
               {{"from", opts.max_connections}, {"to", room}, {"open_files", limit}});
    opts.max_connections = room;
}

}  // namespace pulsar::server
