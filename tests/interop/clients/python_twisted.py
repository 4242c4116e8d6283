# pulsar's frames are those of Twisted's Int32StringReceiver.
import sys
import time

from twisted.internet import defer, endpoints, task
from twisted.protocols.basic import Int32StringReceiver

CONTENT = bytes(range(251)) * 400


def payload(number):
    return CONTENT[number : number + 100_000 * number // 99]


class Frames(Int32StringReceiver):
    MAX_LENGTH = 1 << 20  # 99,999 by default

    def connectionMade(self):
        self.received = defer.DeferredQueue()

    def stringReceived(self, frame):
        self.received.put(frame)

    def connectionLost(self, reason):
        self.received.put(None)


async def pipeline(frames):
    """Checks 100 frames, 50 at a time with a heartbeat between, and the end after ours."""
    for number in range(50):
        frames.sendString(payload(number))
    echoes, sent = 0, 50
    while echoes < 100:
        frame = await frames.received.get()
        if frame != b"HEARTBEAT":
            assert frame == payload(echoes), f"frame {echoes}"
            echoes += 1
        elif echoes == sent:
            for number in range(50, 100):
                frames.sendString(payload(number))
            sent = 100
            frames.transport.loseWriteConnection()
    assert await frames.received.get() is None


async def ping_pong(frames):
    """Prints the microseconds of each of 100 round trips."""
    for _ in range(100):
        begun = time.perf_counter()
        frames.sendString(b"ping")
        assert await frames.received.get() == b"ping"
        print(round((time.perf_counter() - begun) * 1e6))


async def main(reactor, host, port, what):
    server = endpoints.HostnameEndpoint(reactor, host, int(port))
    frames = await endpoints.connectProtocol(server, Frames())
    await {"pipeline": pipeline, "ping-pong": ping_pong}[what](frames)


task.react(lambda *arguments: defer.ensureDeferred(main(*arguments)), sys.argv[1:])
