#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>

namespace pulsar::test {

enum class namespace_result : std::uint8_t { passed, failed, not_permitted };

/// What a body throws when it may not do what it needs.
struct not_permitted : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Puts this process into namespaces(7) of its own (CLONE_NEW*): as root of a user namespace too,
/// where it may not otherwise. False: not even so.
bool enter_namespaces(int kinds);
/// One whose mounts nobody else sees.
bool enter_mount_namespace();

/// Runs `body` in a child process, after `enter` has put it into namespaces of its own; false from
/// that is not_permitted. Failed expectations of the body are printed, and why it was not
/// permitted.
namespace_result in_isolated_child(const std::function<bool()>& enter,
                                   const std::function<void()>& body);

/// Where a file system of `bytes` is mounted that nobody else sees; `body` gets its directory.
namespace_result on_small_disk(std::size_t bytes,
                               const std::function<void(const std::string& directory)>& body);

/// Expects that the body has passed; a test that was not permitted to run it lacks `what`.
void expect_passed(namespace_result how, const std::string& what);

}  // namespace pulsar::test
