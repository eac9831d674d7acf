"""A process that forks workers: begun before this one has threads, so that forking is safe at any later time.

What the parent has loaded (libraries, the plan) the workers share by copy-on-write: one starts in milliseconds.
"""

from __future__ import annotations

import gc
import os
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import NoReturn

Serve = Callable[[Connection], None]


class Worker:
    """A worker as its parent sees it."""

    def __init__(self, pid: int, connection: Connection) -> None:
        self.pid = pid
        self.connection = connection

    def kill(self) -> None:
        """Ends it at once."""
        self.connection.close()
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)


class Nursery:
    """Starts workers that `serve` a connection until it is closed. All of them end with this process, however it ends.

    To be made while `forking.can_fork`.
    """

    def __init__(self, serve: Serve) -> None:
        gc.freeze()  # what is there now is shared: the collector of a child shall not touch it
        ours, theirs = socket.socketpair()
        self._pid = os.fork()
        if self._pid == 0:
            ours.close()
            _keep(theirs, serve)
        theirs.close()
        self._socket = ours
        self._workers: list[Worker] = []

    def worker(self) -> Worker:
        """A new worker."""
        ours, theirs = socket.socketpair()
        with theirs:
            socket.send_fds(self._socket, [b"w"], [theirs.fileno()])
        pid = int(self._socket.recv(32))
        worker = Worker(pid, Connection(ours.detach()))
        self._workers.append(worker)
        return worker

    def stop(self) -> None:
        """Ends all workers, and does not wait until they have given back their memory."""
        while self._workers:
            self._workers.pop().kill()
        self._socket.close()

    def close(self) -> None:
        """Ends all workers; a second time, nothing. None is left."""
        self.stop()
        if self._pid:
            os.waitpid(self._pid, 0)
            self._pid = 0


def _keep(parent: socket.socket, serve: Serve) -> NoReturn:
    """The nursery's own process: a worker for each letter that comes; when no more can come, an end to all of them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interrupt means
    children: list[int] = []
    while True:
        letters, handles, _, _ = socket.recv_fds(parent, 1, 1)
        if not letters:
            for child in children:
                os.kill(child, signal.SIGKILL)  # not waited for yet: the number is still its own
                os.waitpid(child, 0)
            os._exit(0)
        pid = os.fork()
        if pid == 0:
            parent.close()
            _work(handles[0], serve)
        os.close(handles[0])
        children.append(pid)
        parent.sendall(str(pid).encode())


def _work(handle: int, serve: Serve) -> NoReturn:
    status = 70
    try:
        serve(Connection(handle))
        status = 0
    except (EOFError, BrokenPipeError, ConnectionResetError):  # the parent is gone
        status = 0
    finally:
        os._exit(status)
