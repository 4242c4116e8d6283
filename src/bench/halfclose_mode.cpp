// --mode halfclose: a connection that sends as many frames as the pipeline takes, and its end of
// stream (FIN); the server is to send all echoes, and then its own. Then the next one.

#include "pulsar/bench/mode_tasks.hpp"
#include "pulsar/bench/worker.hpp"

namespace pulsar::bench {

net::task halfclose_mode(worker& on, std::uint32_t connection) {
    const auto frames = on.state().run.what.pipeline;
    auto quota = on.state().run.quota(connection);
    for (std::uint64_t first = 0; quota > 0 && on.state().goes_on(); first += frames) {
        session self(on.state(), connection, {.first = first, .in_all = frames, .measured = quota});
        co_await self.connect();
        if (first == 0) on.on_settled(self.connected());
        self.send();
        while (self.connected() && !self.sent_all()) {
            co_await self.next_input();
            self.receive();
            self.send();
        }
        self.half_close();
        while (self.connected() && !self.finished()) {
            co_await self.next_input();
            self.receive();
        }
        self.expect_end();
        while (self.connected()) {
            co_await self.next_input();
            self.receive();
            if (self.overdue()) self.give_up();
        }
        co_await self.close();
        quota -= self.measured_frames();
        if (quota > 0 && on.state().goes_on()) co_await self.pause_if_failed();
    }
    on.on_closed();
}

}  // namespace pulsar::bench
