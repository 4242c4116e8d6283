#include "pulsar/app/config.hpp"

#include "pulsar/system/cpu_count.hpp"

#include <algorithm>

namespace pulsar::app {

config default_config() {
    config defaults;
    defaults.server.listen = {{.host = "127.0.0.1", .port = 8080, .path = {}}};
    defaults.server.threads = std::min(system::cpu_count(), 1024U);
    return defaults;
}

}  // namespace pulsar::app
