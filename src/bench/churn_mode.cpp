// --mode churn: a connection that sends one frame and is closed, and then the next one. What is
// measured is the time from the connect to the echo.

#include "pulsar/bench/mode_tasks.hpp"
#include "pulsar/bench/worker.hpp"

namespace pulsar::bench {

net::task churn_mode(worker& on, std::uint32_t connection) {
    auto quota = on.state().run.quota(connection);
    for (std::uint64_t frame = 0; quota > 0 && on.state().goes_on(); ++frame) {
        session self(on.state(), connection,
                     {.first = frame, .in_all = 1, .measured = quota, .from_connect = true});
        co_await self.connect();
        if (frame == 0) on.on_settled(self.connected());
        self.send();
        while (self.connected() && !self.finished()) {
            co_await self.next_input();
            self.receive();
            self.send();
        }
        co_await self.close();
        quota -= self.measured_frames();
        if (quota > 0 && on.state().goes_on()) co_await self.pause_if_failed();
    }
    on.on_closed();
}

}  // namespace pulsar::bench
