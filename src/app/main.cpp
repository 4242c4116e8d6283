#include "pulsar/app/allocator.hpp"
#include "pulsar/app/invocation.hpp"
#include "pulsar/cli/standard_descriptors.hpp"
#include "pulsar/cli/usage_error.hpp"
#include "pulsar/log/log.hpp"
#include "pulsar/server/descriptor_limit.hpp"
#include "pulsar/server/server.hpp"
#include "pulsar/server/signals.hpp"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <new>
#include <string>

namespace {

constexpr int orderly = 0;
constexpr int failed = 1;
constexpr int bad_usage = 2;

int complain(const char* what, int status) {
    std::fprintf(stderr, "pulsar: %s\n", what);
    return status;
}

int print(const std::string& text) {
    const bool written =
        std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
    return written ? orderly : complain("cannot write to standard output", failed);
}

int serve(pulsar::app::config cfg) {
    pulsar::app::keep_large_buffers();
    pulsar::log::open(cfg.log);
    pulsar::server::fit_descriptor_limit(cfg.server);
    pulsar::server::server server(cfg.server);
    const pulsar::server::signals signals(server);  // before a socket file could be left behind
    server.listen();
    const bool drained = server.run();
    return drained ? orderly : failed;
}

}  // namespace

int main(int argc, char** argv) {
    using pulsar::app::invocation;
    pulsar::cli::open_standard_descriptors();
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
    pulsar::log::close();
    return status;
}
