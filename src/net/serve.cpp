// How a connection is served: one coroutine from the first byte to the last.
//
//     accepted -> proxy_header, where one is due: who the client is
//                   v
//                 next_input <----------------------------+
//                   | frames   -> echo ------------------>|   where the peer does not take all at
//                   | silence  -> heartbeat ------------->|   once: deliver, under --write-timeout
//                   | end: FIN, a bad frame, a timeout, the drain
//                   v
//                 linger -> close
//
// From anywhere, a reset: by the peer, by its silence while it is owed bytes, by the end of the
// drain's time, or for want of memory.

#include "pulsar/net/serve.hpp"

#include "connection_log.hpp"
#include "pulsar/net/task.hpp"

#include <exception>
#include <new>
#include <system_error>

namespace pulsar::net {

namespace {

task run(event_loop& loop, unique_socket& socket, const connection_options& options,
         connection_record& record, connection_observer& observer) {
    log_task(record, "task started");
    if (!comes_from(options.proxy_from, record.real_peer()))
        log_opened(record, socket.descriptor());
    try {
        connection self(loop, std::move(socket), options, record);
        if (!record.opened) co_await self.proxy_header();
        for (;;) {
            // Named first: what is made within an expression that awaits, g++ 12 destroys twice.
            const auto in = co_await self.next_input();
            if (in == input::end) break;
            if (in == input::frames) co_await self.echo();
            if (in == input::silence) co_await self.heartbeat();
        }
        co_await self.linger();
        self.close();
    } catch (const std::bad_alloc&) {
        record.end(close_reason::out_of_memory);
    } catch (const std::system_error& error) {
        record.end(close_reason::io_error, error.what());
    } catch (const std::exception& error) {
        log_exception(record, error);
        record.end(close_reason::io_error, error.what());
    }
    log_closed(record);
    log_task(record, "task finished");
    observer.on_closed(record);
}

}  // namespace

void serve(event_loop& loop, unique_socket socket, const connection_options& options,
           connection_record& record, connection_observer& observer) noexcept {
    try {
        run(loop, socket, options, record, observer);
    } catch (const std::bad_alloc&) {  // for the coroutine's frame
        log_opened(record, socket.descriptor());
        end_unserved(record, observer);
    }
}

void end_unserved(connection_record& record, connection_observer& observer) noexcept {
    record.end(close_reason::out_of_memory);
    log_closed(record);
    observer.on_closed(record);
}

}  // namespace pulsar::net
