"""What a load makes is old when the garbage collector goes on, and the host's settings are as before."""

from __future__ import annotations

import gc

from interop.spec.collection import uncollected


def test_what_was_made_is_old() -> None:
    with uncollected():
        assert not gc.isenabled()
        made = [object()]
    assert gc.isenabled()
    assert any(found is made for found in gc.get_objects(generation=2))


def test_a_host_without_collector_stays_so() -> None:
    gc.disable()
    try:
        with uncollected():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_what_the_host_froze_stays_frozen() -> None:
    gc.freeze()
    try:
        with uncollected():
            pass
        assert gc.get_freeze_count()
    finally:
        gc.unfreeze()
