#pragma once

#include "support/deadline.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"

#include <string>
#include <vector>

namespace pulsar::test {

/// Those of `names` that are not installed, for skip_without(); empty when all are. Programs are
/// looked for along PATH and in /usr/sbin, which users often lack in it.
std::string missing_programs(const std::vector<std::string>& names);

/// `127.A.B.C:PORT` that no other test process uses, for programs that cannot be given port 0: the
/// host follows from our process id, the port is below those that the kernel picks.
std::string own_address();

/// Of nginx, as Debian installs it.
inline const std::string stream_module = "/usr/lib/nginx/modules/ngx_stream_module.so";

/// Writes `name`, a key and a self-signed certificate for `localhost` in one PEM file, for a day.
/// Needs openssl.
void write_certificate(const temp_dir& dir, const std::string& name);

/// In a command, the name of the file with the configuration.
inline const std::string configuration_file = "foreign.conf";

/// These servers in the foreground, as one process where they can. What stunnel reads has to say
/// `foreground = yes` and `pid =`.
inline const std::vector<std::string> haproxy{"haproxy", "-db", "-f", configuration_file};
inline const std::vector<std::string> nginx{"nginx",
                                            "-p",
                                            "./",
                                            "-e",
                                            "stderr",
                                            "-c",
                                            configuration_file,
                                            "-g",
                                            "daemon off; master_process off; pid nginx.pid;"};
inline const std::vector<std::string> stunnel{"stunnel", configuration_file};
inline const std::vector<std::string> hitch{"hitch", "--config", configuration_file};

/// A server that others wrote. The destructor ends it and all that it has started, and prints what
/// it wrote when the test has failed by then.
class foreign_program {
  public:
    /// Runs `command` in `dir`, with `configuration` in a file there. Returns when it listens on
    /// `address`, `IPV4:PORT`, which it finds out without a connection; throws with its output when
    /// it ends before.
    foreign_program(const temp_dir& dir, const std::vector<std::string>& command,
                    std::string address, const std::string& configuration = {},
                    deadline limit = {});
    ~foreign_program();
    foreign_program(const foreign_program&) = delete;
    foreign_program& operator=(const foreign_program&) = delete;

    [[nodiscard]] const std::string& address() const { return address_; }
    [[nodiscard]] process& child() { return child_; }

  private:
    void end_group();

    const std::string address_;
    process child_;
};

}  // namespace pulsar::test
