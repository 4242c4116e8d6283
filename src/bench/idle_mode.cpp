// --mode idle: a connection that sends nothing, takes heartbeats, and stays. With --reconnect it is
// made again where it ends.

#include "pulsar/bench/mode_tasks.hpp"
#include "pulsar/bench/worker.hpp"

namespace pulsar::bench {

net::task idle_mode(worker& on, std::uint32_t connection) {
    {
        session self(on.state(), connection, {});
        co_await self.connect();
        on.on_settled(self.connected());
        for (;;) {
            while (self.connected() && !self.over()) {
                co_await self.next_input();
                self.receive();
            }
            if (!self.interrupted()) break;
            // Where no echo can tell that the server is back, a connection that has held does.
            if (self.held() >= retry_pauses::longest) self.begin_pauses_anew();
            co_await self.restore();
            if (self.connected()) self.end_outage();
        }
        co_await self.close();
    }
    on.on_closed();
}

}  // namespace pulsar::bench
