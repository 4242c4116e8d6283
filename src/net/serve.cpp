#include "pulsar/net/serve.hpp"

#include "connection_log.hpp"
#include "pulsar/net/task.hpp"

#include <exception>
#include <new>
#include <unistd.h>

namespace pulsar::net {

namespace {

/// Every connection's life, from the first byte to the last.
task run(event_loop& loop, accepted socket, const connection_options& options,
         connection_record& record, connection_owner& owner) {
    using step = connection::step;
    log_task_started(record);
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
        record.reason = close_reason::out_of_memory;
    } catch (const std::exception& error) {
        record.reason = close_reason::io_error;
        log_exception(record, error);
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
        ::close(socket.descriptor);
        record.reason = close_reason::out_of_memory;
        owner.on_closed(record);
    }
}

}  // namespace pulsar::net
