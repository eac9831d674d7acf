"""What is said of records comes in the order of the file, however the batches bring it."""

from __future__ import annotations

import random

import pytest

from interop.errors import DataPlace, Finding
from interop.job.order import END, InOrder
from interop.readers.protocol import Rejected


def finding(record: int, code: str = "V201") -> Finding:
    return Finding(code, DataPlace("a.csv", record))


def test_held_back_until_its_turn() -> None:
    said = InOrder()
    said.add([finding(5), Rejected(3, 0, b"", ()), finding(1)])
    assert said.take(2) == [finding(1)]
    said.add([finding(4)])
    assert said.take(4) == [Rejected(3, 0, b"", ()), finding(4)]
    assert said.take(4) == []
    assert said.take(END) == [finding(5)]


def test_of_one_record_in_the_order_in_which_it_was_said() -> None:
    said = InOrder()
    both = [finding(1, "V203"), finding(1, "V201")]
    said.add(both)
    assert said.take(1) == both


def test_what_concerns_the_file_comes_last() -> None:
    said = InOrder()
    whole = [Finding("R206"), finding(0, "R205"), finding(2, "R511"), Rejected(0, 9, b"", ())]
    said.add([*whole, finding(7)])
    assert said.take(9) == [finding(7)]
    assert said.take(END) == whole


@pytest.mark.parametrize("seed", range(5))
def test_cuts_do_not_matter(seed: int) -> None:
    chance = random.Random(seed)
    records = [finding(record) for record in range(1, 40)]
    said, got = InOrder(), []
    upto = 0
    while upto < 40:
        more = min(40, upto + chance.randint(1, 9))
        said.add(one for one in chance.sample(records, len(records)) if upto < one.data.record <= more)  # type: ignore[union-attr]
        got += said.take(more)
        upto = more
    assert got == records
