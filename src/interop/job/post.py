"""What a worker is told, on its way: long bytes go as they are, and are not copied into what else is told.

One call of the system takes them off the connection, which is a socket. A worker's interpreter is busy while it
converts: who takes them off piece by piece, as a connection does, waits for it each time, and the job waits with it.
"""

from __future__ import annotations

import os
import pickle
import socket
from multiprocessing.connection import Connection
from typing import TypeAlias

Sent: TypeAlias = tuple[bytes, list[bytes]]
"""Something pickled, and the long bytes in it."""


def send(connection: Connection, told: object) -> None:
    """Sends something that can be pickled.

    Raises:
        OSError: The other end is gone.
    """
    held: list[pickle.PickleBuffer] = []
    text = pickle.dumps(told, protocol=5, buffer_callback=held.append)
    long = [one.raw() for one in held]
    connection.send((text, [len(one) for one in long]))
    for one in long:
        sent = 0
        while sent < len(one):
            sent += os.write(connection.fileno(), one[sent:])


def receive(connection: Connection) -> Sent:
    """What was sent next.

    Raises:
        EOFError: The connection was closed.
    """
    text, sizes = connection.recv()
    return text, [_long(connection, size) for size in sizes]


def _long(connection: Connection, size: int) -> bytes:
    """So many bytes: in one piece, unless a signal comes between, or the process is halted for a while."""
    pieces: list[bytes] = []
    with socket.socket(fileno=os.dup(connection.fileno())) as end:
        while size:
            piece = end.recv(size, socket.MSG_WAITALL)
            if not piece:
                raise EOFError
            pieces.append(piece)
            size -= len(piece)
    return b"".join(pieces)


def read(sent: Sent) -> object:
    """What was told."""
    text, long = sent
    return pickle.loads(text, buffers=long)
