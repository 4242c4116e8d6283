// pulsar-packaging FOLDER: writes what is made from the tables of options, when pulsar is built:
// the completions of both programs, and the example of /etc/pulsar/pulsar.toml. It is not
// installed.

#include "completions.hpp"
#include "example_config.hpp"
#include "pulsar/app/config.hpp"
#include "pulsar/app/option_table.hpp"
#include "pulsar/bench_app/option_table.hpp"

#include <cstdio>
#include <exception>
#include <fstream>
#include <stdexcept>
#include <string>

namespace {

namespace packaging = pulsar::packaging;

void write(const std::string& path, const std::string& content) {
    std::ofstream out(path);
    out << content << std::flush;
    if (!out) throw std::runtime_error(path + ": cannot be written");
}

void write_completions(const std::string& folder, const packaging::command& of) {
    const std::string name(of.name);
    write(folder + "/bash/" + name, bash_completion(of));
    write(folder + "/zsh/_" + name, zsh_completion(of));
    write(folder + "/fish/" + name + ".fish", fish_completion(of));
}

}  // namespace

int main(int argc, char** argv) {
    try {
        if (argc != 2) throw std::runtime_error("expected a folder");
        const std::string folder = argv[1];
        auto config = pulsar::app::default_config();
        pulsar::bench_app::invocation load;
        write_completions(folder, {"pulsar", "", pulsar::app::all_options(config)});
        write_completions(folder,
                          {"pulsar-bench", "compare merge", pulsar::bench_app::all_options(load)});
        write(folder + "/pulsar.toml",
              packaging::example_config(pulsar::app::config_options(config)));
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "pulsar-packaging: %s\n", error.what());
        return 1;
    }
}
