#pragma once

#include "pulsar/system/unique_fd.hpp"

namespace pulsar::test {

using system::unique_fd;

}  // namespace pulsar::test
