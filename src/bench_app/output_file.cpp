#include "pulsar/bench_app/output_file.hpp"

#include "pulsar/cli/text.hpp"

#include <cerrno>
#include <fcntl.h>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace pulsar::bench_app {

output_file::output_file(std::string path)
    : path_(std::move(path)),
      file_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_NOCTTY | O_CLOEXEC, 0666)) {
    if (file_.get() < 0) fail(errno);
}

void output_file::write(const std::string& content) {
    // A pipe or a device has nothing to cut off, and says so.
    if (::ftruncate(file_.get(), 0) != 0 && errno != EINVAL) fail(errno);
    for (std::string_view rest = content; !rest.empty();) {
        const auto written = ::write(file_.get(), rest.data(), rest.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) fail(errno);
        rest.remove_prefix(static_cast<std::size_t>(written));
    }
}

void output_file::fail(int error) const {
    throw std::runtime_error(cli::escaped(path_) + ": " +
                             std::error_code(error, std::generic_category()).message());
}

}  // namespace pulsar::bench_app
