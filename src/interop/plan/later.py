"""What is made when it is first asked for, once, whichever thread asks."""

from __future__ import annotations

from collections.abc import Callable
from threading import RLock
from typing import Generic, TypeVar

T = TypeVar("T")


class Later(Generic[T]):
    """A value that `make` gives when it is called for. What it is made of is let go of then.

    Args:
        make: Called once.
        lock: Held meanwhile; of those that are made of each other, the same.
    """

    __slots__ = ("_lock", "_made", "_make")

    _made: T

    def __init__(self, make: Callable[[], T], lock: RLock) -> None:
        self._lock = lock
        self._make: Callable[[], T] | None = make

    def __call__(self) -> T:
        """The value."""
        if self._make is not None:
            with self._lock:
                if self._make is not None:
                    self._made = self._make()
                    self._make = None  # last: who sees that it is gone sees what was made
        return self._made

    def then(self, change: Callable[[T], T]) -> Later[T]:
        """What a function makes of the value, later."""
        return Later(lambda: change(self()), self._lock)

    @property
    def is_made(self) -> bool:
        """Whether somebody has asked."""
        return self._make is None

    def __repr__(self) -> str:
        return repr(self())
