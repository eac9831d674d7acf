"""What a batch built gives the same in whatever order it is asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import permutations
from typing import Any

import pytest

import interop
from interop.engine.bulk import bulk_executor
from interop.engine.settled import Settled
from interop.readers.delimited import DelimitedReader
from interop.readers.protocol import Projection
from interop.rust import is_there

ROWS = [{"ID_REGISTRO": str(number), "SEXO": "1", "EDAD": "34", "DIABETES": "1"} for number in range(5)]
ASKED: dict[str, Callable[[Settled], Any]] = {
    "keys": lambda some: [some.keys().rows(), some.keys({1, 2}).rows(), some.keys(()).rows()],
    "counts": lambda some: some.counts(),
    "texts": lambda some: list(some.texts()),
    "rules": lambda some: [(number, frame.rows()) for number, frame in some.rules()],
}


def settled(executor: str) -> list[Settled]:
    import polars as pl

    mapping = interop.load("mx/covid-linelist")
    reader = DelimitedReader(mapping.package.layout)  # type: ignore[arg-type]
    (batch,) = reader.frame_batches(pl.DataFrame(ROWS), Projection(mapping.plan.reads), file="a.csv")
    return bulk_executor(mapping.plan, executor).convert(batch).settled  # type: ignore[arg-type]


@pytest.mark.parametrize("order", list(permutations(ASKED)), ids=" ".join)
@pytest.mark.parametrize("executor", ["columns", "rust"])
def test_in_any_order(executor: str, order: tuple[str, ...]) -> None:
    if executor == "rust" and not is_there():
        pytest.skip("interop was installed without its part in Rust")
    expected, found = settled("columns"), settled(executor)
    assert len(expected) == len(found) > 1
    for name in order:
        assert [ASKED[name](some) for some in found] == [ASKED[name](some) for some in expected]
    assert [b"".join(some.lines()) for some in found] == [b"".join(some.lines()) for some in expected]


@pytest.mark.skipif(not is_there(), reason="interop was installed without its part in Rust")
def test_keys_stay_when_the_lines_are_gone() -> None:
    expected, found = settled("columns"), settled("rust")
    for some in found:
        list(some.lines())
    for asked in (None, {1, 3}, ()):
        assert [some.keys(asked).rows() for some in found] == [some.keys(asked).rows() for some in expected]
    assert [some.counts() for some in found] == [some.counts() for some in expected]


@pytest.mark.parametrize("executor", ["columns", "rust"])
def test_counts_are_those_of_the_keys(executor: str) -> None:
    if executor == "rust" and not is_there():
        pytest.skip("interop was installed without its part in Rust")
    for some in settled(executor):
        assert some.counts() == dict(Counter(some.keys().get_column("rule")))
