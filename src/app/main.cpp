#include "pulsar/admin/http_server.hpp"
#include "pulsar/app/invocation.hpp"
#include "pulsar/cli/usage_error.hpp"
#include "pulsar/log/log.hpp"
#include "pulsar/net/listening_socket.hpp"
#include "pulsar/server/descriptor_limit.hpp"
#include "pulsar/server/server.hpp"
#include "pulsar/server/service_notifier.hpp"
#include "pulsar/server/signals.hpp"
#include "pulsar/system/handed_sockets.hpp"
#include "pulsar/system/journal.hpp"
#include "pulsar/system/service_manager.hpp"
#include "pulsar/system/signals.hpp"
#include "pulsar/system/standard_descriptors.hpp"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <new>
#include <optional>
#include <string>
#include <unistd.h>

namespace {

constexpr int orderly = 0;
constexpr int failed = 1;
constexpr int bad_usage = 2;

/// That of an error, where the line goes to the journal (sd-daemon(3)).
const char* priority() noexcept {
    try {
        return pulsar::system::is_journal(STDERR_FILENO) ? "<3>" : "";
    } catch (const std::bad_alloc&) {
        return "";
    }
}

int complain(const char* what, int status) {
    std::fprintf(stderr, "%spulsar: %s\n", priority(), what);
    return status;
}

int print(const std::string& text) {
    const bool written =
        std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
    return written ? orderly : complain("cannot write to standard output", failed);
}

/// Closes it whatever comes, and only what was opened: that takes memory.
struct open_log {
    explicit open_log(const pulsar::log::options& options) { pulsar::log::open(options); }
    ~open_log() { pulsar::log::close(); }
    open_log(const open_log&) = delete;
    open_log& operator=(const open_log&) = delete;
};

/// Whatever systemd has handed over, for one of the addresses.
void set_handed_sockets(pulsar::app::config& cfg) {
    auto& handed = cfg.server.listener.handed;
    handed = pulsar::system::take_handed_sockets();
    auto addresses = cfg.server.listen;
    if (cfg.admin) addresses.push_back(*cfg.admin);
    pulsar::net::expect_named_once(handed, addresses);
}

int serve(pulsar::app::config cfg) {
    set_handed_sockets(cfg);  // before another descriptor could be taken for one
    const pulsar::system::service_manager manager;
    const open_log log(cfg.log);
    using pulsar::admin::http_server;
    pulsar::server::fit_descriptor_limit(cfg.server, cfg.admin ? http_server::descriptors : 0);
    pulsar::server::server server(cfg.server);
    const pulsar::server::signals signals(server);  // before a socket file could be left behind
    server.listen();
    std::optional<http_server> admin;
    if (cfg.admin) admin.emplace(server, *cfg.admin, cfg.server.listener);
    std::optional<pulsar::server::service_notifier> notifier;
    if (manager.is_listening()) notifier.emplace(server, manager);
    const bool drained = server.run();
    return drained ? orderly : failed;
}

}  // namespace

int main(int argc, char** argv) {
    using pulsar::app::invocation;
    pulsar::system::open_standard_descriptors();
    pulsar::system::reset_signals();
    int status = orderly;
    try {
        const auto asked = pulsar::app::parse(argc, argv, [](const std::string& name) {
            return std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe): no thread yet
        });
        status = asked.wanted == invocation::action::print ? print(asked.text) : serve(asked.cfg);
    } catch (const pulsar::cli::usage_error& error) {
        status = complain(error.what(), bad_usage);
    } catch (const std::bad_alloc&) {
        status = complain("out of memory", failed);
    } catch (const std::exception& error) {
        status = complain(error.what(), failed);
    }
    return status;
}
