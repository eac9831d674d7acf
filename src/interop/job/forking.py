"""Forking where it is safe: while a process has one thread, no other can hold a lock that a child would wait for."""

from __future__ import annotations

import os
import pickle
import threading
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn, TypeVar

T = TypeVar("T")
TASKS = Path("/proc/self/task")


def can_fork() -> bool:
    """Whether this process may fork: no thread of Python, and none yet of Polars' pool, which a child would miss."""
    if not hasattr(os, "fork") or threading.active_count() > 1 or not TASKS.exists():
        return False
    names = ((task / "comm").read_text().strip() for task in TASKS.iterdir())
    return not any(name.startswith("polars-") and name.removeprefix("polars-").isdecimal() for name in names)


def beside(make: Callable[[], T]) -> Callable[[], T]:
    """What a function makes, made by a forked process while this one goes on. To be asked for once.

    It comes back by pickle: a copy, and of what the function changes nothing. It is made here, when it is asked for,
    where this process may not fork, or where the other one did not end well: whatever it met is met again.
    """
    if not can_fork():
        return make
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _tell(writing, make)
    os.close(writing)

    def made() -> T:
        with open(reading, "rb") as pipe:
            told = pipe.read()
        if not _ended_well(child):
            return make()
        answer: T = pickle.loads(told)
        return answer

    return made


def aside(do: Callable[[], object]) -> None:
    """Has a forked process do something that nobody waits for. It is done here and now where this one may not fork."""
    if not can_fork():
        do()
    elif os.fork() == 0:
        try:
            _let_go_of_streams()  # who reads what this process says shall not wait for that one
            do()
        finally:
            os._exit(0)


def _let_go_of_streams() -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nothing, stream)


def _tell(writing: int, make: Callable[[], object]) -> NoReturn:
    status = 70
    try:
        with open(writing, "wb") as pipe:
            pickle.dump(make(), pipe)
        status = 0
    finally:
        os._exit(status)


def _ended_well(child: int) -> bool:
    try:
        return os.waitpid(child, 0)[1] == 0
    except ChildProcessError:  # the caller of this process has it that nobody waits for children
        return False
