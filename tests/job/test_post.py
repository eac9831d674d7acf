"""What is told to a worker arrives, however long it is and in however many pieces it is taken."""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Iterator
from multiprocessing.connection import Connection

import polars as pl
import pytest

from interop.job.post import read, receive, send
from interop.readers.raw_records import RawRecords, Scattered, Stretch

LONG = 3_000_000  # bytes: many times what a socket holds


@pytest.fixture
def ends() -> Iterator[tuple[Connection, Connection]]:
    one, other = (Connection(end.detach()) for end in socket.socketpair())
    with one, other:
        yield one, other


@pytest.mark.parametrize("records", [[b"a" * LONG, b"b"], [b"a"], []])
@pytest.mark.parametrize("hold", [Scattered.of, Stretch.of], ids=["scattered", "stretch"])
def test_records_arrive(ends, hold, records: list[bytes]) -> None:
    raw: RawRecords = hold(records)
    thread = threading.Thread(target=lambda: [send(ends[0], ("batch", raw)), send(ends[0], "end")])
    thread.start()
    name, found = read(receive(ends[1]))  # type: ignore[misc]
    assert (name, list(found)) == ("batch", records)
    assert read(receive(ends[1])) == "end"
    thread.join()


def test_long_bytes_are_not_copied_into_what_is_told(ends) -> None:
    thread = threading.Thread(target=send, args=(ends[0], Scattered.of([b"a" * LONG])))
    thread.start()
    text, long = receive(ends[1])
    assert len(text) < 1000
    assert [len(one) for one in long] == [LONG]
    thread.join()


def test_a_signal_while_long_bytes_come(ends) -> None:
    """The system gives what there is by then: the rest is waited for."""
    ours, theirs = ends
    interrupted = threading.Event()
    before = signal.signal(signal.SIGALRM, lambda number, frame: interrupted.set())

    def tell() -> None:
        ours.send((b"", [2000]))
        os.write(ours.fileno(), b"a" * 1000)
        assert interrupted.wait(10)
        os.write(ours.fileno(), b"b" * 1000)

    thread = threading.Thread(target=tell)
    thread.start()
    signal.setitimer(signal.ITIMER_REAL, 0.1, 0.1)  # again and again: one of them comes while it waits
    try:
        assert receive(theirs)[1] == [b"a" * 1000 + b"b" * 1000]
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    thread.join()


def test_a_sender_that_is_gone(ends) -> None:
    """What it did not send whole was not sent."""
    ours, theirs = ends
    ours.send((b"", [LONG]))
    ours.close()
    with pytest.raises(EOFError):
        receive(theirs)


def test_a_receiver_that_is_gone(ends) -> None:
    ours, theirs = ends
    theirs.close()
    with pytest.raises(OSError, match=r"."):
        send(ours, Stretch(b"a" * LONG, pl.Series([LONG - 1], dtype=pl.UInt32)))
