#include "pulsar/net/serve.hpp"

#include "connection_log.hpp"
#include "pulsar/net/reset_socket.hpp"
#include "pulsar/net/task.hpp"

#include <exception>
#include <new>
#include <string_view>

namespace pulsar::net {

namespace {

/// The end of a connection that could not be set up, for want of memory or of what the kernel has.
void close_unserved(connection_record& record, close_reason reason,
                    std::string_view what = {}) noexcept {
    record.reason = reason;
    try {
        record.error = what;
    } catch (const std::bad_alloc&) {
        record.reason = close_reason::out_of_memory;
    }
    log_closed(record);
}

/// Every connection's life, from the first byte to the last.
task run(event_loop& loop, accepted socket, const connection_options& options,
         connection_record& record, connection_owner& owner) {
    using step = connection::step;
    log_task_started(record);
    log_opened(record, socket.descriptor);
    try {
        connection self(loop, socket, options, record);
        try {
            auto next = self.advance();
            while (next != step::finish) {
                co_await self.wait(next);
                next = self.advance();
            }
            next = self.linger();
            while (next != step::finish) {
                co_await self.wait(next);
                next = self.linger();
            }
        } catch (const std::bad_alloc&) {
            self.fail(close_reason::out_of_memory);
        } catch (const std::exception& error) {
            log_exception(record, error);
            self.fail(close_reason::io_error, error.what());
        }
        self.close();
    } catch (const std::bad_alloc&) {
        close_unserved(record, close_reason::out_of_memory);
    } catch (const std::exception& error) {
        close_unserved(record, close_reason::io_error, error.what());
    }
    log_task_finished(record);
    owner.on_closed(record);
}

}  // namespace

void serve(event_loop& loop, accepted socket, const connection_options& options,
           connection_record& record, connection_owner& owner) noexcept {
    try {
        run(loop, socket, options, record, owner);
    } catch (const std::bad_alloc&) {  // for the coroutine's frame
        log_opened(record, socket.descriptor);
        reset_socket(socket.descriptor);
        close_unserved(record, close_reason::out_of_memory);
        owner.on_closed(record);
    }
}

}  // namespace pulsar::net
