"""Reading ahead: the next batch is framed and shredded while the current one is converted."""

from __future__ import annotations

import queue
import threading
from collections.abc import Generator, Iterable
from typing import TypeVar

T = TypeVar("T")
AHEAD = 1


class _End:
    """The last thing in the queue; carries what the reader raised, if it did."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error


def prefetch(items: Iterable[T]) -> Generator[T]:
    """The same items, made by another thread, `AHEAD` of them waiting at most.

    Raises:
        What `items` raises. When the caller stops early, so does the thread.
    """
    waiting: queue.Queue[T | _End] = queue.Queue(maxsize=AHEAD)
    stopped = threading.Event()

    def put(item: T | _End) -> bool:
        while not stopped.is_set():
            try:
                waiting.put(item, timeout=0.1)
            except queue.Full:
                continue
            return True
        return False

    def read() -> None:
        error: BaseException | None = None
        try:
            for item in items:
                if not put(item):
                    return
        except BaseException as raised:
            error = raised
        put(_End(error))

    thread = threading.Thread(target=read, name="interop-reader", daemon=True)
    thread.start()
    try:
        while True:
            item = waiting.get()
            if isinstance(item, _End):
                if item.error is not None:
                    raise item.error
                return
            yield item
    finally:
        stopped.set()
        thread.join()
