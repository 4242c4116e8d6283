// src/packaging/install-packages, where dpkg-query, apt-get, sudo and id are scripts of the test.

#include "support/pages.hpp"
#include "support/pattern.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

namespace pulsar::test::install_packages_test {
namespace {

class InstallPackages : public testing::Test {
  protected:
    void put(const std::string& program, const std::string& script) const {
        write_file(bin_ / program, "#!/bin/sh\n" + script + '\n');
        std::filesystem::permissions(bin_ / program, std::filesystem::perms::owner_all);
    }

    /// What has `installed` in its name is there; as a user who is not root.
    [[nodiscard]] outcome run_where_installed(const std::string& installed) const {
        put("dpkg-query", "for p; do :; done; case $p in " + installed + ") echo installed;; esac");
        put("id", "echo 1000");
        put("apt-get", "echo apt-get \"$@\"");
        std::filesystem::create_symlink("/bin/grep", bin_ / "grep");
        launch how;
        how.command = {"/bin/sh", PULSAR_SOURCE_DIR "/src/packaging/install-packages", "test"};
        how.environment = {"PATH=" + (bin_ / "")};
        return run(how);
    }

    temp_dir bin_;
};

TEST_F(InstallPackages, DoNothingWhereNoneIsMissing) {
    put("sudo", "echo sudo");
    const auto result = run_where_installed("*");
    EXPECT_EQ(result.how, exited(0));
    EXPECT_EQ(result.out + result.err, "");
}

TEST_F(InstallPackages, AreThoseThatAreMissing) {
    put("sudo", "\"$@\"");
    put("env", "shift; \"$@\"");
    const auto result = run_where_installed("lib*|g++|cmake|git|jq");
    EXPECT_EQ(result.how, exited(0)) << result.err;
    EXPECT_EQ(result.out,
              "apt-get update\napt-get install -y --no-install-recommends ninja-build "
              "netcat-openbsd xxd\n");
}

TEST_F(InstallPackages, AreNamedToAUserWithoutSudo) {
    const auto result = run_where_installed("lib*|cmake|ninja*|n*|jq|git");
    EXPECT_EQ(result.how, exited(1));
    EXPECT_EQ(result.out, "");
    EXPECT_EQ(result.err, "an administrator has to install: g++ xxd\n");
}

TEST_F(InstallPackages, AreThoseThatTheBuildLooksFor) {
    const auto script = repository_file("src/packaging/install-packages");
    const auto packages =
        pattern("lib[a-z]+-dev").all_in(repository_file("src/packaging/requirements.cmake"));
    EXPECT_GE(packages.size(), 5u);
    for (const auto& package : packages)
        EXPECT_NE(script.find(package.front()), script.npos) << package.front();
}

}  // namespace
}  // namespace pulsar::test::install_packages_test
