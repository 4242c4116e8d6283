#include "pulsar/bench/source_addresses.hpp"

#include "pulsar/cli/usage_error.hpp"

#include <algorithm>
#include <string>
#include <sys/socket.h>

namespace pulsar::bench {

namespace ip = boost::asio::ip;

namespace {

cli::usage_error bad_source(const ip::address& source, const std::string& why) {
    return cli::bad_value("--source", source.to_string(), why);
}

void check(const ip::address& source) {
    const bool broadcast = source.is_v4() && source.to_v4() == ip::address_v4::broadcast();
    if (source.is_unspecified() || source.is_multicast() || broadcast) {
        throw bad_source(source, "expected the address of one interface");
    }
    const auto why = check_source(source);
    if (why == std::errc::address_not_available) {
        throw bad_source(source, "expected an address of this machine");
    }
    if (why) throw bad_source(source, why.message());
}

}  // namespace

void fit_to_sources(std::deque<server>& servers, const std::vector<ip::address>& sources) {
    for (const auto& source : sources) {
        const int family = source.is_v4() ? AF_INET : AF_INET6;
        for (auto& each : servers) {
            if (each.keep_only(family)) continue;
            const bool is_unix = each.endpoints().front().protocol().family() == AF_UNIX;
            const auto* const why = is_unix
                                        ? "expected no source with a Unix socket, "
                                        : "expected a source of the same family (IPv4 or IPv6) as ";
            throw bad_source(source, why + cli::in_quotes(each.name()));
        }
        check(source);
    }
}

}  // namespace pulsar::bench
