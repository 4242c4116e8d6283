#include "support/temp_dir.hpp"

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>

namespace pulsar::test {

temp_dir::temp_dir() {
    std::string name = std::filesystem::temp_directory_path() / "pulsar-test-XXXXXX";
    if (!::mkdtemp(name.data())) {
        throw std::system_error(errno, std::generic_category(), "mkdtemp " + name);
    }
    path_ = name;
}

temp_dir::~temp_dir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::string temp_dir::operator/(const std::string& name) const {
    return path_ / name;
}

std::string read_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) throw std::runtime_error("cannot read " + path);
    std::ostringstream content;
    content << in.rdbuf();
    return std::move(content).str();
}

void write_file(const std::string& path, const std::string& content) {
    std::ofstream out(path, std::ios::binary);
    out << content << std::flush;
    if (!out) throw std::runtime_error("cannot write " + path);
}

bool holds(const std::string& path, std::string_view words) {
    return std::filesystem::exists(path) && read_file(path).find(words) != std::string::npos;
}

}  // namespace pulsar::test
