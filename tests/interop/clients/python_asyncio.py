# pulsar's frames on asyncio's streams: readexactly() and struct's "!I".
import asyncio
import struct
import sys
import time

CONTENT = bytes(range(251)) * 400


def payload(number):
    return CONTENT[number : number + 100_000 * number // 99]


def write_frame(writer, payload):
    writer.write(struct.pack("!I", len(payload)) + payload)


async def read_frame(reader):
    (length,) = struct.unpack("!I", await reader.readexactly(4))
    return await reader.readexactly(length)


async def pipeline(reader, writer):
    """Checks 100 frames, 50 at a time with a heartbeat between, and the end after ours."""
    for number in range(50):
        write_frame(writer, payload(number))
    echoes, sent = 0, 50
    while echoes < 100:
        frame = await read_frame(reader)
        if frame != b"HEARTBEAT":
            assert frame == payload(echoes), f"frame {echoes}"
            echoes += 1
        elif echoes == sent:
            for number in range(50, 100):
                write_frame(writer, payload(number))
            sent = 100
            writer.write_eof()
    assert await reader.read() == b""


async def ping_pong(reader, writer):
    """Prints the microseconds of each of 100 round trips."""
    for _ in range(100):
        begun = time.perf_counter()
        write_frame(writer, b"ping")
        assert await read_frame(reader) == b"ping"
        print(round((time.perf_counter() - begun) * 1e6))


async def main(host, port, what):
    reader, writer = await asyncio.open_connection(host, port)
    await {"pipeline": pipeline, "ping-pong": ping_pong}[what](reader, writer)
    writer.close()
    await writer.wait_closed()


asyncio.run(main(*sys.argv[1:]))
