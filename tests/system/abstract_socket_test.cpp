// `unix:@NAME` (unix(7)): sockets that have a name, and no file.

#include "support/bench.hpp"
#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/expect_echo.hpp"
#include "support/failed_start.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

namespace pulsar::test::abstract_socket_test {
namespace {

class AbstractSocket : public testing::Test {
  protected:
    void expect_no_file() const { EXPECT_TRUE(std::filesystem::is_empty(dir / "")); }

    const temp_dir dir;
    /// The daemon's working directory is `dir`.
    const launch how{.command = {"env", "--chdir", dir / ""}};
    const std::string listen = "unix:@" + (dir / "name").substr(1);  // nobody else's
};

TEST_F(AbstractSocket, IsServedAndLogged) {
    daemon pulsar({"--listen", listen}, how);
    EXPECT_EQ(pulsar.address(), listen);
    auto socket = served(listen);
    const auto opened = pulsar.wait_for("connection", "opened");
    EXPECT_EQ(text(opened, "peer"), "unix:");
    EXPECT_EQ(text(opened, "local"), listen);
    expect_no_file();
    socket.close();
    pulsar.expect_orderly_exit();
    EXPECT_FALSE(accepts(listen));
}

TEST_F(AbstractSocket, TheNameOfAPeerIsLogged) {
    daemon pulsar({"--listen", listen}, how);
    client socket(listen, 0, listen + "peer");
    expect_echo(socket);
    EXPECT_EQ(text(pulsar.wait_for("connection", "opened"), "peer"), listen + "peer");
    socket.close();
    pulsar.expect_orderly_exit();
}

TEST_F(AbstractSocket, IsNoneOfItsNameWithAFile) {
    daemon pulsar({"--listen", listen, "--listen", "unix:./@name", "--unix-mode", "0600"}, how);
    served(listen).close();
    served("unix:" + (dir / "@name")).close();
    pulsar.expect_orderly_exit();
    expect_no_file();
}

TEST_F(AbstractSocket, AModeIsNotForIt) {
    daemon pulsar({"--listen", listen, "--unix-mode", "0000"}, how);
    served(listen).close();
    expect_no_file();
    pulsar.expect_orderly_exit();
}

TEST_F(AbstractSocket, OneInUseIsAFailedStart) {
    daemon holder({"--listen", listen});
    expect_failed_start(pulsar_with({"--listen", listen}),
                        {"cannot listen on " + listen + ": Address already in use"});
    served(listen).close();
    holder.expect_orderly_exit();
    EXPECT_EQ(holder.events("connection", "opened").size(), 1u);
}

TEST_F(AbstractSocket, AnyBytesAreAName) {
    const auto odd = listen + "\" \\\n\x1b[2J caf\xc3\xa9";
    daemon pulsar({"--listen", odd});
    EXPECT_EQ(pulsar.address(), odd);
    served(odd).close();
    expect_failed_start(pulsar_with({"--listen", odd}), {listen + "\\\" \\\\\\n\\x1b[2J caf"});
    pulsar.expect_orderly_exit();
}

TEST_F(AbstractSocket, ANameMayHave107Bytes) {
    const auto longest = listen + std::string(107 + 6 - listen.size(), 'n');
    daemon pulsar({"--listen", longest});
    EXPECT_EQ(pulsar.address(), longest);
    served(longest).close();
    EXPECT_FALSE(accepts(longest.substr(0, longest.size() - 1)));
    pulsar.expect_orderly_exit();
}

TEST_F(AbstractSocket, IsLoadedByPulsarBench) {
    daemon pulsar({"--listen", listen}, how);
    const auto result = expect_all_echoed({listen, "-w", "0s", "-d", "200ms"});
    EXPECT_GT(result.count("frames"), 0);
    EXPECT_EQ(result.object().at("address").as_string(), listen);
    expect_no_file();
    pulsar.expect_orderly_exit();
    expect_refusal({listen, "-d", "1h"}, 1, {listen, "Connection refused"}, bench_grace);
}

}  // namespace
}  // namespace pulsar::test::abstract_socket_test
