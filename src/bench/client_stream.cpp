#include "pulsar/bench/client_stream.hpp"

#include "pulsar/bench/server_endpoint.hpp"

#include <boost/asio/error.hpp>

#include <cerrno>

namespace pulsar::bench {

namespace asio = boost::asio;

client_stream::error_code client_stream::connect_error() {
    const int error = bench::connect_error(socket().native_handle());
    if (error == EINPROGRESS) return asio::error::would_block;
    if (error == ECONNREFUSED) reset();  // its own port, perhaps, which is then free for a server
    return {error, boost::system::system_category()};
}

void client_stream::wake_when_writable() {
    if (waits_until_writable()) return;
    writable_ = interest::waits;
    socket().async_wait(socket_type::wait_write, [this](error_code) {
        writable_ = interest::has_waited;
        wake();
    });
}

void client_stream::sent_all() noexcept {
    if (writable_ != interest::has_waited) return;
    writable_ = interest::none;
    forget_writable();
}

}  // namespace pulsar::bench
