// --mode echo: a connection that sends frames, as many as the pipeline has room for and the rate
// asks for, and stays. With --reconnect it is made again where it ends.

#include "pulsar/bench/mode_tasks.hpp"
#include "pulsar/bench/worker.hpp"

namespace pulsar::bench {

net::task echo_mode(worker& on, std::uint32_t connection) {
    {
        const auto quota = on.state().run.quota(connection);
        session self(on.state(), connection,
                     {.in_all = quota > 0 ? unlimited : 0, .measured = quota});
        co_await self.connect();
        on.on_settled(self.connected());
        for (;;) {
            self.send();
            while (self.connected() && !self.finished()) {
                co_await self.next_input();
                self.receive();
                self.send();
            }
            if (!self.interrupted()) break;
            co_await self.restore();
        }
        co_await self.close();
    }
    on.on_closed();
}

}  // namespace pulsar::bench
