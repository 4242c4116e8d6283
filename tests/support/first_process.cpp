#include "support/first_process.hpp"

#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <stdexcept>

namespace pulsar::test {
first_process::first_process(const launch& how) : parent_(how) {
    const auto line = parent_.out().wait_for_line("address=");
    if (!line) throw std::runtime_error(parent_.transcript());
    address_ = line->substr(line->find("address=") + 8);
    const auto id = std::to_string(parent_.pid());
    pid_ = std::stoi(read_file("/proc/" + id + "/task/" + id + "/children"));
}

void first_process::send(int signal) const {
    ASSERT_EQ(::kill(pid_, signal), 0);
}

}  // namespace pulsar::test
