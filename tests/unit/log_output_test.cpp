#include "as_standard_output.hpp"
#include "log/output.hpp"
#include "support/temp_dir.hpp"
#include "support/unique_fd.hpp"

#include <gtest/gtest.h>

#include <array>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace pulsar::log::output_test {
namespace {

using pulsar::test::as_standard_output;
using pulsar::test::read_file;
using pulsar::test::temp_dir;
using pulsar::test::unique_fd;
using pulsar::test::write_file;

struct ends {
    unique_fd near;
    unique_fd far;
};

ends make_pipe() {
    std::array<int, 2> fds{-1, -1};
    EXPECT_EQ(::pipe2(fds.data(), O_CLOEXEC), 0);
    return {unique_fd(fds[0]), unique_fd(fds[1])};
}

ends make_socket_pair() {
    std::array<int, 2> fds{-1, -1};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds.data()), 0);
    return {unique_fd(fds[0]), unique_fd(fds[1])};
}

/// Writes until it takes no more, and returns why.
std::error_code fill(output& out) {
    const std::string chunk(10'000, '.');
    std::error_code error;
    while (out.write(chunk, error) > 0) {
    }
    return error;
}

std::unique_ptr<output> opened_on(int fd) {
    const as_standard_output redirected(fd);
    return open_standard_output();
}

TEST(LogOutput, AFullPipeOnStandardOutputDoesNotBlock) {
    const auto pipe = make_pipe();
    const auto out = opened_on(pipe.far.get());
    EXPECT_EQ(fill(*out), std::errc::resource_unavailable_try_again);
}

TEST(LogOutput, StandardOutputStaysBlockingForThoseWhoShareIt) {
    const auto pipe = make_pipe();
    const auto out = opened_on(pipe.far.get());
    EXPECT_EQ(::fcntl(pipe.far.get(), F_GETFL) & O_NONBLOCK, 0);
    EXPECT_NE(::fcntl(out->fd(), F_GETFD) & FD_CLOEXEC, 0);
}

TEST(LogOutput, AFullSocketOnStandardOutputDoesNotBlock) {
    const auto pair = make_socket_pair();
    const auto out = opened_on(pair.far.get());
    EXPECT_EQ(fill(*out), std::errc::resource_unavailable_try_again);
    EXPECT_EQ(::fcntl(pair.far.get(), F_GETFL) & O_NONBLOCK, 0);
}

TEST(LogOutput, AFifoThatCannotBeReopenedDoesNotBlockEither) {
    const temp_dir dir;
    const std::string path = dir / "fifo";
    ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
    const auto open_reader = [&] {
        return unique_fd(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    };
    auto reader = open_reader();
    const unique_fd blocking(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    // Without a reader, opening it anew fails with ENXIO, see fifo(7).
    { const auto gone = std::move(reader); }
    const auto out = opened_on(blocking.get());
    ASSERT_EQ(::fcntl(out->fd(), F_GETFL) & O_NONBLOCK, 0);
    reader = open_reader();
    EXPECT_EQ(fill(*out), std::errc::resource_unavailable_try_again);
}

TEST(LogOutput, ARegularFileOnStandardOutputSharesItsOffset) {
    const temp_dir dir;
    const std::string path = dir / "out";
    const unique_fd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    const auto out = opened_on(file.get());
    std::error_code error;
    EXPECT_EQ(::write(file.get(), "one ", 4), 4);
    EXPECT_EQ(out->write("two ", error), 4u);
    EXPECT_EQ(::write(file.get(), "three", 5), 5);
    EXPECT_EQ(read_file(path), "one two three");
}

TEST(LogOutput, AFullDeviceIsAnError) {
    const auto out = open_file("/dev/full");
    EXPECT_EQ(fill(*out), std::errc::no_space_on_device);
}

TEST(LogOutput, ANewFileIsReadableByAll) {
    const temp_dir dir;
    const auto old = ::umask(0);
    const auto out = open_file(dir / "out");
    ::umask(old);
    struct stat status {};
    ASSERT_EQ(::fstat(out->fd(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777, 0644u);
}

TEST(LogOutput, AFileThatCannotBeOpenedIsNamed) {
    const temp_dir dir;
    for (const auto& [path, code] :
         {std::pair(dir / "missing" + "/log", std::errc::no_such_file_or_directory),
          std::pair(dir / "", std::errc::is_a_directory)}) {
        try {
            open_file(path);
            ADD_FAILURE() << path;
        } catch (const std::system_error& error) {
            EXPECT_EQ(error.code(), code);
            EXPECT_NE(std::string(error.what()).find(path), std::string::npos) << error.what();
        }
    }
}

TEST(LogOutput, AFifoWithoutAReaderIsAnErrorAndNoHang) {
    const temp_dir dir;
    const std::string path = dir / "fifo";
    ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
    EXPECT_THROW(open_file(path), std::system_error);
}

TEST(LogOutput, KnowsACutLastLine) {
    const temp_dir dir;
    for (const auto& [content, cut] :
         {std::pair("", false), std::pair("line\n", false), std::pair("line\ncu", true)}) {
        write_file(dir / "out", content);
        EXPECT_EQ(ends_mid_line(*open_file(dir / "out")), cut) << content;
    }
    EXPECT_FALSE(ends_mid_line(*open_file("/dev/null")));
}

TEST(LogOutput, KnowsTheSameFile) {
    const temp_dir dir;
    const auto one = open_file(dir / "one");
    EXPECT_TRUE(same_file(*one, *open_file(dir / "one")));
    EXPECT_FALSE(same_file(*one, *open_file(dir / "other")));
}

}  // namespace
}  // namespace pulsar::log::output_test
