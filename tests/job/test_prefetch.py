"""Reading ahead: the same items, the same errors, and no thread left behind."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from interop.job.prefetch import prefetch


def threads() -> list[str]:
    """Those of this program that are alive, but for the pool of an executor, which lives as long as that."""
    names = (thread.name for thread in threading.enumerate())
    return [name for name in names if name.startswith("interop-") and not name.startswith("interop-rule")]


def endless(made: list[int]) -> Iterator[int]:
    while True:
        made.append(len(made))
        yield made[-1]


def test_same_items_in_order() -> None:
    assert list(prefetch(iter(range(100)))) == list(range(100))
    assert threads() == []


def test_no_items() -> None:
    assert list(prefetch(iter(()))) == []


def test_error_of_the_reader_comes_after_what_it_gave() -> None:
    def failing() -> Iterator[int]:
        yield 1
        raise MemoryError

    got: list[int] = []
    with pytest.raises(MemoryError):
        got.extend(prefetch(failing()))
    assert got == [1]
    assert threads() == []


def test_caller_that_stops_early_stops_the_thread() -> None:
    made: list[int] = []
    for item in prefetch(endless(made)):
        if item == 3:
            break
    assert threads() == []
    assert len(made) <= 6


def test_error_of_the_caller_stops_the_thread() -> None:
    """While the error is on its way up, and not when somebody lets go of it."""
    made: list[int] = []

    def caller() -> None:
        for _ in prefetch(endless(made)):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as raised:
        caller()
    assert threads() == []
    assert raised.traceback


def test_items_are_closed_with_the_thread() -> None:
    closed: list[bool] = []

    def reader() -> Iterator[int]:
        try:
            yield from range(1000)
        finally:
            closed.append(True)

    items = reader()
    for _ in prefetch(items):
        break
    del items
    assert closed == [True]


def test_run_that_fails_leaves_no_thread(run, people, monkeypatch) -> None:
    from interop.job.account import Account

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Account, "take", fail)
    with pytest.raises(OSError, match="No space"):
        run(people(*[f"{number},Ana," for number in range(50)]), batch_rows=1)
    assert threads() == []
