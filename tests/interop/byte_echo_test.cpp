// pulsar-bench against servers that others wrote, which echo bytes and know nothing of frames.

#include "interop/foreign_program.hpp"
#include "support/bench.hpp"
#include "support/deadline.hpp"
#include "support/skip_without.hpp"
#include "support/temp_dir.hpp"
#include "support/text.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <ostream>
#include <string>
#include <vector>

namespace pulsar::test::byte_echo_test {
namespace {

using strings = std::vector<std::string>;

/// Serves each connection with a child, and ends it once all is sent on.
strings socat(const std::string& address, const std::string& echo) {
    return {"socat", "-t", "60",
            "TCP-LISTEN:" + port_of(address) + ",bind=" + host_of(address) +
                ",fork,reuseaddr,backlog=1024",
            echo};
}

struct byte_echo {
    std::string name;
    std::string program;
    strings (*command)(const std::string& address);
    std::string frame_size;  ///< 16 frames of it have room in what the server holds

    friend std::ostream& operator<<(std::ostream& out, const byte_echo& server) {
        return out << server.name;
    }
};

const std::string shallow = "1-4KiB";
const std::string deep = "1-64KiB";

const std::vector<byte_echo> servers{
    {"SocatWithCat", "socat", [](const std::string& at) { return socat(at, "EXEC:cat"); }, deep},
    {"SocatWithAPipe", "socat", [](const std::string& at) { return socat(at, "PIPE"); }, deep},
    // It writes to the pipes of its child and waits, and so does the child when both are full.
    {"Ncat", "ncat",
     [](const std::string& at) {
         return strings{"ncat", "-l", "-k", "-e", "/bin/cat", host_of(at), port_of(at)};
     },
     shallow},
};

class ByteEcho : public testing::TestWithParam<byte_echo> {
  protected:
    void SetUp() override {
        const auto missing = missing_programs({GetParam().program});
        if (!missing.empty()) skip_without(missing);
    }

    /// Runs pulsar-bench with this and expects so many frames, all of them echoed.
    void expect_echoes(const std::string& frames, const strings& load) {
        const temp_dir dir;
        const auto address = own_address();
        const foreign_program server(dir, GetParam().command(address), address);
        strings flags{address, "--framing", "none", "-c", "4", "-n", frames};
        flags.insert(flags.end(), load.begin(), load.end());
        const auto result = expect_all_echoed(flags);
        EXPECT_EQ(result.count("frames"), std::stoi(frames));
        EXPECT_EQ(result.count("heartbeats"), 0);
    }
};

TEST_P(ByteEcho, OneAtATime) {
    expect_echoes("400", {"-s", "1-4KiB"});
}

TEST_P(ByteEcho, OfAPipeline) {
    expect_echoes("400", {"-p", "16", "-s", GetParam().frame_size});
}

TEST_P(ByteEcho, OnAConnectionForEach) {
    expect_echoes("60", {"--mode", "churn", "-s", "1-4KiB"});
}

INSTANTIATE_TEST_SUITE_P(By, ByteEcho, testing::ValuesIn(servers),
                         [](const auto& server) { return server.param.name; });

/// Those that hand on a half-close: ncat ends a connection as soon as the client has sent FIN.
class ByteEchoAfterFin : public ByteEcho {};

TEST_P(ByteEchoAfterFin, IsWhole) {
    expect_echoes("320", {"--mode", "halfclose", "-p", "16", "-s", GetParam().frame_size});
}

INSTANTIATE_TEST_SUITE_P(By, ByteEchoAfterFin, testing::Values(servers[0], servers[1]),
                         [](const auto& server) { return server.param.name; });

/// In a mode.
class BytesForAnEcho : public testing::TestWithParam<std::string> {};

TEST_P(BytesForAnEcho, ArePayloadsAlone) {
    if (const auto missing = missing_programs({"socat"}); !missing.empty())
        return skip_without(missing);
    const temp_dir dir;
    const auto address = own_address();
    const foreign_program server(dir, socat(address, "EXEC:tee -a received"), address);
    const auto result = expect_all_echoed({address, "--framing", "none", "--mode", GetParam(), "-c",
                                           "4", "-s", "1-4KiB", "-n", "60"});
    const auto payload = static_cast<std::size_t>(result.count("payload_bytes"));
    const auto received = [&] { return read_file(dir / "received").size(); };
    eventually([&] { return received() >= payload; });  // tee(1) writes the echo first
    EXPECT_EQ(received(), payload);
}

INSTANTIATE_TEST_SUITE_P(In, BytesForAnEcho, testing::Values("echo", "churn", "halfclose"),
                         [](const auto& mode) { return mode.param; });

// Of the bytes of a connection, the hundred thousandth comes back changed.
const std::string changes_a_byte =
    "$| = 1;\n"
    "my $seen = 0;\n"
    "while (my $count = sysread(STDIN, my $bytes, 65536)) {\n"
    "    my $at = 99_999 - $seen;\n"
    "    substr($bytes, $at, 1) ^= \"\\x01\" if $at >= 0 && $at < $count;\n"
    "    $seen += $count;\n"
    "    print $bytes;\n"
    "}\n";

class WrongByteEcho : public testing::TestWithParam<std::string> {};

TEST_P(WrongByteEcho, IsAMismatch) {
    if (const auto missing = missing_programs({"socat", "perl"}); !missing.empty())
        return skip_without(missing);
    const temp_dir dir;
    write_file(dir / "wrong.pl", changes_a_byte);
    const auto address = own_address();
    const foreign_program server(dir, socat(address, "EXEC:perl wrong.pl"), address);
    const auto run = run_bench({address, "--framing", "none", "--mode", GetParam(), "-c", "2", "-p",
                                "8", "-s", "15000-20000B", "-n", "64"});
    EXPECT_EQ(run.how, exited(1));
    EXPECT_EQ(run.result.errors(), run.result.errors("mismatch"));
    EXPECT_GT(run.result.errors("mismatch"), 0);
    EXPECT_GE(run.result.count("frames"), 10);  // on each connection, those before it
    expect_one_complaint(run.err, {"mismatch"});
}

INSTANTIATE_TEST_SUITE_P(In, WrongByteEcho, testing::Values("echo", "halfclose"),
                         [](const auto& mode) { return mode.param; });

}  // namespace
}  // namespace pulsar::test::byte_echo_test
