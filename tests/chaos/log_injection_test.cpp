// The bytes that a client can get into the log, hostile ones: an event is one line, and no line is
// forged.

#include "support/client.hpp"
#include "support/daemon.hpp"
#include "support/frames.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"
#include "support/unique_fd.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <system_error>
#include <vector>

namespace pulsar::test::log_injection_test {
namespace {

using namespace std::string_literals;

void expect_printable(const std::string& log) {
    EXPECT_TRUE(std::all_of(log.begin(), log.end(), [](char byte) {
        return byte == '\n' || (byte >= ' ' && byte <= '~');
    })) << testing::PrintToString(log);
}

/// A daemon that logs text, on a Unix socket.
class text_daemon {
  public:
    explicit text_daemon(const std::vector<std::string>& flags = {})
        : child_(pulsar_with(with_listen(flags))) {
        if (!child_.out().wait_for_line(" started ")) throw std::runtime_error(child_.transcript());
    }

    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] std::string address() const { return "unix:" + path_; }

    /// All lines, once it has ended in order.
    std::string log() {
        child_.send(SIGTERM);
        EXPECT_EQ(child_.wait(), exited(0));
        child_.out().wait_for_end();
        return child_.out().text();
    }

  private:
    std::vector<std::string> with_listen(std::vector<std::string> flags) const {
        flags.insert(flags.end(), {"--listen", address()});
        return flags;
    }

    const temp_dir dir_;
    const std::string path_ = dir_ / "s";
    process child_;
};

/// Four bytes that are no length below the limit, and how a log shows them.
struct head {
    std::string bytes;
    std::string in_text;
    std::string in_json;  ///< parsed
};

const std::vector<head> heads{
    {"\n{\"a", R"("\n{\"a")", "\n{\"a"},
    {"\"}\n{", R"("\"}\n{")", "\"}\n{"},
    {"\r\n\t\b", R"("\r\n\t\x08")", "\r\n\t\b"},
    {"\x1b[2J", R"("\x1b[2J")", "\x1b[2J"},
    {"\x1b]0;", R"("\x1b]0;")", "\x1b]0;"},
    {"\0\0\0\n"s, R"("\x00\x00\x00\n")", "\0\0\0\n"s},
    {"\xff\xfe\xfd\xfc", R"("\xff\xfe\xfd\xfc")", R"(\xff\xfe\xfd\xfc)"},
    {"\xc3\xa9 =", "", ""},  // a letter and a blank; shown as it is, or escaped
    {"\xed\xa0\x80x", R"("\xed\xa0\x80x")", R"(\xed\xa0\x80x)"},
    {"\xc0\xaf\xe2\x82", R"("\xc0\xaf\xe2\x82")", R"(\xc0\xaf\xe2\x82)"},
    {"\xf4\x90\x80\x80", R"("\xf4\x90\x80\x80")", R"(\xf4\x90\x80\x80)"},
    {"\\\\\\\"", R"("\\\\\\\"")", "\\\\\\\""},
    {"\xc2\x9b"
     "2J",
     R"("\xc2\x9b2J")",
     "\xc2\x9b"
     "2J"},  // CSI, for a terminal, in one character
    {"\x7f\x7f\x7f\x7f", R"("\x7f\x7f\x7f\x7f")", "\x7f\x7f\x7f\x7f"},
    {"a=b ", R"("a=b ")", "a=b "},
    {"%s%n", "%s%n", "%s%n"},
    {"{}{}", "{}{}", "{}{}"},
};

TEST(LogInjection, AHeadIsEscapedInText) {
    for (const auto& [bytes, in_text, in_json] : heads) {
        SCOPED_TRACE(testing::PrintToString(bytes));
        text_daemon pulsar({"--max-frame-size", "1"});
        client socket(pulsar.address());
        socket.send_all(bytes + "\nforged\n");
        EXPECT_EQ(socket.receive_until_eof(), "");
        socket.close();
        const auto log = pulsar.log();
        // listening, started, opened, frame too large, closed, draining, stopped
        EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), 7) << log;
        if (in_text.empty()) continue;
        expect_printable(log);
        EXPECT_NE(log.find(" head=" + in_text + "\n"), log.npos) << log;
    }
}

TEST(LogInjection, AHeadIsEscapedInJson) {
    for (const auto& [bytes, in_text, in_json] : heads) {
        SCOPED_TRACE(testing::PrintToString(bytes));
        daemon pulsar({"--max-frame-size", "1"});
        client socket(pulsar.address());
        socket.send_all(bytes + "\n{\"level\":\"error\"}\n");
        EXPECT_EQ(socket.receive_until_eof(), "");
        socket.close();
        pulsar.expect_orderly_exit();
        EXPECT_EQ(pulsar.events().size(), 7u);
        if (in_json.empty()) continue;
        expect_printable(pulsar.child().out().text());
        EXPECT_EQ(text(pulsar.events("connection", "frame too large").at(0), "head"), in_json);
    }
}

/// A client may choose its name on a Unix socket: it sends a frame from it, and leaves.
void echo_from(const std::string& name, const std::string& server_path) {
    const auto address_of = [](const std::string& path) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, path.data(), std::min(path.size(), sizeof address.sun_path));
        return address;
    };
    const auto own = address_of(name);
    const auto server = address_of(server_path);
    const auto own_size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    const unique_fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    std::string echo = frame("HELLO");
    if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&own), own_size) != 0 ||
        ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&server), sizeof server) != 0 ||
        ::send(socket.get(), echo.data(), echo.size(), MSG_NOSIGNAL) < 0 ||
        ::recv(socket.get(), echo.data(), echo.size(), MSG_WAITALL) < 0) {
        throw std::system_error(errno, std::generic_category(), name);
    }
    EXPECT_EQ(echo, frame("HELLO"));
}

/// After what a file or an abstract name begins with.
const std::vector<std::string> hostile_names{"\n{\"level\":\"error\"}\n",
                                             "\x1b[2J\x1b[H",
                                             " conn=1 peer=forged",
                                             "\"quoted\"\\",
                                             "\xff\xc3(",
                                             "\r",
                                             "{}%s%n"};

std::vector<std::string> names_in(const temp_dir& dir) {
    std::vector<std::string> names;
    for (const auto& name : hostile_names) {
        names.push_back(dir / name);
        // The number tells it from those of tests that run beside this one.
        names.push_back('\0' + std::to_string(::getpid()) + name + '\0');
    }
    return names;
}

TEST(LogInjection, TheNameOfAUnixClientIsEscapedInText) {
    const temp_dir dir;
    text_daemon pulsar;
    const auto names = names_in(dir);
    for (const auto& name : names)
        echo_from(name, pulsar.path());
    const auto log = pulsar.log();
    expect_printable(log);
    // listening, started, draining, stopped
    EXPECT_EQ(static_cast<std::size_t>(std::count(log.begin(), log.end(), '\n')),
              2 * names.size() + 4)
        << log;
    for (const auto* forged : {"\x1b", " peer=forged ", "\n{"})
        EXPECT_EQ(log.find(forged), log.npos) << log;
}

TEST(LogInjection, TheNameOfAUnixClientIsEscapedInJson) {
    const temp_dir dir;
    const auto path = dir / "s";
    daemon pulsar({"--listen", "unix:" + path});
    const auto names = names_in(dir);
    for (const auto& name : names)
        echo_from(name, path);
    pulsar.expect_orderly_exit();
    expect_printable(pulsar.child().out().text());
    EXPECT_EQ(pulsar.events().size(), 2 * names.size() + 4);
    EXPECT_EQ(pulsar.events("connection", "opened", "unix:" + (dir / hostile_names[0])).size(), 1u);
}

}  // namespace
}  // namespace pulsar::test::log_injection_test
