"""What lasts is old when the garbage collector goes on, and the host's settings are as before."""

from __future__ import annotations

import gc
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TypeAlias

import pytest

from interop.spec.collection import frozen, lasting, uncollected

Manner: TypeAlias = Callable[[], AbstractContextManager[None]]


def test_what_lasts_is_old() -> None:
    gc.unfreeze()  # what a job of another test has frozen
    with lasting():
        assert not gc.isenabled()
        made = [object()]
    assert gc.isenabled()
    assert any(found is made for found in gc.get_objects(generation=2))


def test_what_is_frozen_is_not_looked_at() -> None:
    try:
        with frozen():
            made = [object()]
        assert gc.isenabled()
        assert not any(found is made for found in gc.get_objects())
    finally:
        gc.unfreeze()


def test_the_collector_goes_on() -> None:
    with uncollected():
        assert not gc.isenabled()
        made = [object()]
    assert gc.isenabled()
    assert not any(found is made for found in gc.get_objects(generation=2))


@pytest.mark.parametrize("manner", [uncollected, lasting])
def test_a_host_without_collector_stays_so(manner: Manner) -> None:
    gc.disable()
    try:
        with manner():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


@pytest.mark.parametrize("manner", [uncollected, lasting])
def test_what_the_host_froze_stays_frozen(manner: Manner) -> None:
    gc.freeze()
    try:
        with manner():
            pass
        assert gc.get_freeze_count()
    finally:
        gc.unfreeze()
