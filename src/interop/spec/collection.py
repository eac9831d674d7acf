"""The garbage collector stands still while a package becomes trees, a plan, functions: nearly all that is made stays.

A package of many rules is some hundred thousand small objects. The collector would walk all of them again and again, to
find no garbage: without it a load takes about half of the time.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """No garbage is collected inside, for `with` and as a decorator. What was switched off before stays off."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@contextmanager
def frozen() -> Iterator[None]:
    """The same, and the collector never looks at what was there or was made. For a process of our own."""
    with uncollected():
        yield
        gc.freeze()


@contextmanager
def lasting() -> Iterator[None]:
    """The same, and what was made is old when the collector goes on, which would else walk all of it three times more,
    in the first conversions. For what makes much: to ask whether the host has frozen anything is a walk over that.
    """
    if not gc.isenabled():
        yield
        return
    with uncollected():
        yield
        if not gc.get_freeze_count():  # what the host has frozen stays frozen
            gc.freeze()
            gc.unfreeze()  # into the oldest generation, without a look at it
