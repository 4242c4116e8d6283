# pulsar's frames are those of Thrift's TFramedTransport.
import socket
import sys
import threading
import time

from thrift.transport.TSocket import TSocket
from thrift.transport.TTransport import TFramedTransport

CONTENT = bytes(range(251)) * 400


def payload(number):
    return CONTENT[number : number + 100_000 * number // 99]


def write_frame(framed, payload):
    framed.write(payload)
    framed.flush()


def read_frame(framed):
    return framed.read(1 << 20)  # at most what is left of one frame


def pipeline(framed, tcp):
    """Checks 100 frames, 50 at a time with a heartbeat between, and the end after ours."""
    heard = threading.Event()

    def write():
        for number in range(100):
            if number == 50:
                heard.wait()
            write_frame(framed, payload(number))
        tcp.handle.shutdown(socket.SHUT_WR)

    threading.Thread(target=write, daemon=True).start()
    echoes = 0
    while echoes < 100:
        frame = read_frame(framed)
        if frame != b"HEARTBEAT":
            assert frame == payload(echoes), f"frame {echoes}"
            echoes += 1
        elif echoes == 50:
            heard.set()
    assert tcp.handle.recv(1) == b""


def ping_pong(framed):
    """Prints the microseconds of each of 100 round trips."""
    for _ in range(100):
        begun = time.perf_counter()
        write_frame(framed, b"ping")
        assert read_frame(framed) == b"ping"
        print(round((time.perf_counter() - begun) * 1e6))


host, port, what = sys.argv[1:]
tcp = TSocket(host, int(port))
framed = TFramedTransport(tcp)
framed.open()
pipeline(framed, tcp) if what == "pipeline" else ping_pong(framed)
framed.close()
