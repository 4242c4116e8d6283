#include "support/isolated.hpp"

#include "support/skip_without.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <exception>
#include <iostream>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

namespace pulsar::test {

namespace {

constexpr int passed_status = 0;
constexpr int failed_status = 1;
constexpr int not_permitted_status = 77;

int run_here(const std::function<bool()>& enter, const std::function<void()>& body) {
    try {
        if (!enter()) return not_permitted_status;
        body();
    } catch (const not_permitted& why) {
        std::cout << why.what() << '\n';
        return not_permitted_status;
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return failed_status;
    }
    return testing::Test::HasFailure() ? failed_status : passed_status;
}

}  // namespace

bool enter_namespaces(int kinds) {
    const auto user = std::to_string(::geteuid());
    const auto group = std::to_string(::getegid());
    if (::unshare(kinds) == 0) return true;
    if (::unshare(CLONE_NEWUSER | kinds) != 0) return false;
    // As root of it we keep our rights through an exec, and may make files: user_namespaces(7).
    try {
        write_file("/proc/self/setgroups", "deny");
        write_file("/proc/self/uid_map", "0 " + user + " 1");
        write_file("/proc/self/gid_map", "0 " + group + " 1");
        return true;
    } catch (const std::runtime_error&) {
        return false;
    }
}

bool enter_mount_namespace() {
    return enter_namespaces(CLONE_NEWNS) &&
           ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
}

namespace_result in_isolated_child(const std::function<bool()>& enter,
                                   const std::function<void()>& body) {
    std::cout.flush();
    const auto child = ::fork();
    if (child == 0) {
        const int status = run_here(enter, body);
        std::fflush(nullptr);
        ::_exit(status);
    }
    int status = 0;
    if (::waitpid(child, &status, 0) != child || !WIFEXITED(status)) {
        return namespace_result::failed;
    }
    if (WEXITSTATUS(status) == not_permitted_status) return namespace_result::not_permitted;
    return WEXITSTATUS(status) == passed_status ? namespace_result::passed
                                                : namespace_result::failed;
}

namespace_result on_small_disk(std::size_t bytes,
                               const std::function<void(const std::string& directory)>& body) {
    const temp_dir dir;
    const auto mount_point = dir / "";
    const auto size = "size=" + std::to_string(bytes);
    return in_isolated_child(
        [&] {
            return enter_mount_namespace() &&
                   ::mount("tmpfs", mount_point.c_str(), "tmpfs", 0, size.c_str()) == 0;
        },
        [&] { body(mount_point); });
}

void expect_passed(namespace_result how, const std::string& what) {
    if (how == namespace_result::not_permitted) return skip_without(what);
    EXPECT_EQ(how, namespace_result::passed);
}

}  // namespace pulsar::test
