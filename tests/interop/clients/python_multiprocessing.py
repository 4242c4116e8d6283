# pulsar's frames are what multiprocessing.connection puts on a socket.
import multiprocessing.connection
import os
import socket
import sys
import threading
import time

CONTENT = bytes(range(251)) * 400


def payload(number):
    return CONTENT[number : number + 100_000 * number // 99]


def pipeline(connection, tcp):
    """Checks 100 frames, 50 at a time with a heartbeat between, and the end after ours."""
    heard = threading.Event()

    def write():
        for number in range(100):
            if number == 50:
                heard.wait()
            connection.send_bytes(payload(number))
        tcp.shutdown(socket.SHUT_WR)

    threading.Thread(target=write, daemon=True).start()
    echoes = 0
    while echoes < 100:
        frame = connection.recv_bytes()
        if frame != b"HEARTBEAT":
            assert frame == payload(echoes), f"frame {echoes}"
            echoes += 1
        elif echoes == 50:
            heard.set()
    assert tcp.recv(1) == b""


def ping_pong(connection):
    """Prints the microseconds of each of 100 round trips."""
    for _ in range(100):
        begun = time.perf_counter()
        connection.send_bytes(payload(20))  # from 16 KiB on the length is sent apart
        assert connection.recv_bytes() == payload(20)
        print(round((time.perf_counter() - begun) * 1e6))


host, port, what = sys.argv[1:]
tcp = socket.create_connection((host, port))
connection = multiprocessing.connection.Connection(os.dup(tcp.fileno()))
if what == "pipeline":
    pipeline(connection, tcp)
else:
    ping_pong(connection)
