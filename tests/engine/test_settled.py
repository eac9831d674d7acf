"""What a batch built gives the same in whatever order it is asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import permutations
from typing import Any

import pytest

import interop
from interop.engine.bulk import bulk_executor
from interop.engine.columns import ColumnResult
from interop.engine.rust import executor
from interop.engine.settled import Settled
from interop.readers.delimited import DelimitedReader
from interop.readers.protocol import Projection
from interop.rust import is_there
from interop.writers.ndjson import BLOCK

ROWS = [{"ID_REGISTRO": str(number), "SEXO": "1", "EDAD": "34", "DIABETES": "1"} for number in range(5)]
ASKED: dict[str, Callable[[Settled], Any]] = {
    "keys": lambda some: [some.keys().rows(), some.keys({1, 2}).rows(), some.keys(()).rows()],
    "counts": lambda some: some.counts(),
    "texts": lambda some: list(some.texts()),
    "rules": lambda some: [(number, frame.rows()) for number, frame in some.rules()],
}


def settled(executor: str, rows: list[dict[str, str]] = ROWS) -> list[Settled]:
    return converted(executor, rows).settled


def converted(executor: str, rows: list[dict[str, str]] = ROWS) -> ColumnResult:
    import polars as pl

    mapping = interop.load("mx/covid-linelist")
    reader = DelimitedReader(mapping.package.layout)  # type: ignore[arg-type]
    (batch,) = reader.frame_batches(pl.DataFrame(rows), Projection(mapping.plan.reads), file="a.csv")
    return bulk_executor(mapping.plan, executor).convert(batch)  # type: ignore[arg-type]


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


@pytest.mark.skipif(not is_there(), reason="interop was installed without its part in Rust")
@pytest.mark.parametrize("given", [[], [0], [0, 1]], ids=str)
def test_keys_of_all_types(given: list[int]) -> None:
    """They are the same where some were given away as frames."""
    expected, found = converted("columns"), converted("rust")
    for number in given:
        found.settled[number].rules()
    for asked in (None, {1, 3}, ()):
        assert found.keys(asked).equals(expected.keys(asked))


@pytest.mark.parametrize("executor", ["columns", "rust"])
def test_counts_are_those_of_the_keys(executor: str) -> None:
    if executor == "rust" and not is_there():
        pytest.skip("interop was installed without its part in Rust")
    for some in settled(executor):
        assert some.counts() == dict(Counter(some.keys().get_column("rule")))


@pytest.mark.skipif(not is_there(), reason="interop was installed without its part in Rust")
@pytest.mark.parametrize("block", [1, 1_000, BLOCK])
def test_lines_of_several_rules(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Long stretches of one rule's lines come where they stand, short ones together; the order is the same."""
    monkeypatch.setattr(executor, "BLOCK", block)
    one, other, both = {"DIABETES": "1"}, {"ASMA": "1"}, {"DIABETES": "1", "ASMA": "1"}
    sick = [*[both] * 3, *[one] * 300, *[both] * 3, other, *[one] * 300, both, *[other] * 300]
    rows = [{"ID_REGISTRO": str(number), "SEXO": "1", "EDAD": "34"} | what for number, what in enumerate(sick)]
    expected, found = settled("columns", rows), settled("rust", rows)
    for some, same in zip(found, expected, strict=True):
        lines, of_frame = some.lines(), same.lines()
        assert [lines.records(), lines.lengths()] == [of_frame.records(), of_frame.lengths()]
        blocks = list(lines)
        assert b"".join(blocks) == b"".join(of_frame)
        assert all(bytes(block).endswith(b"\n") for block in blocks)
        assert list(lines) == []
        assert [lines.records(), lines.lengths()] == [of_frame.records(), of_frame.lengths()]


@pytest.mark.skipif(not is_there(), reason="interop was installed without its part in Rust")
def test_a_block_outlives_what_gave_it() -> None:
    (text,) = {bytes(b"".join(settled("rust")[0].lines())) for _ in range(2)}
    blocks = list(settled("rust")[0].lines())
    assert b"".join(blocks) == text
    assert all(memoryview(block).readonly for block in blocks)
