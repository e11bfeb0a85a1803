"""A cell that writes to all connections of its kernel the parts of one message without end."""

ENDLESS_MESSAGE = """
import os, socket, struct, threading
part = struct.pack(">BQ", 3, 10_000_000) + bytes(10_000_000)  # "one more part will follow"
def write(connection):
    while True:
        at = 0
        while at < len(part):
            try:
                at += os.write(connection, part[at:])
            except BlockingIOError:
                pass
for one in map(int, os.listdir("/proc/self/fd")):
    try:
        socket.socket(fileno=os.dup(one)).getpeername()
    except OSError:
        continue
    threading.Thread(target=write, args=(one,), daemon=True).start()
"""
