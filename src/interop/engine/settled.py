"""What a batch built of one resource type, however it is held: by rule as frames, or in order as lines."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from functools import cache
from typing import Protocol, TypeAlias

import polars as pl

from interop.immutable import immutable
from interop.writers.ndjson import blocks

Rules: TypeAlias = list[tuple[int, pl.DataFrame]]
"""What rules built, by their numbers. Columns of a frame: record u32, the row of the batch; id, text utf8."""


NO_KEYS = pl.DataFrame(schema={"rule": pl.UInt32, "record": pl.UInt32, "hash": pl.UInt64})
"""None of what `Settled.keys` gives: to make it anew for each type takes a fiftieth of a small batch."""


class Lines(Protocol):
    """Resources as lines, in the order of their records; those of one record in the order of the rules."""

    def __iter__(self) -> Iterator[bytes | memoryview]:
        """The lines, each ended by a line feed, some at a time. They come once."""
        ...

    def records(self) -> Sequence[int]:
        """For each line its record."""
        ...

    def lengths(self) -> Sequence[int]:
        """For each line how many bytes it has, its end included."""
        ...


class Settled(Protocol):
    """The resources of a type, one for each id of a record."""

    def rules(self) -> Rules:
        """What each of its rules built. Once the lines were asked for, without the texts."""
        ...

    def counts(self) -> dict[int, int]:
        """How many there are of each rule, by its number."""
        ...

    def keys(self, of: Container[int] | None = None) -> pl.DataFrame:
        """What there is of each rule, or of some, rule by rule.

        Columns: rule u32, its number; record u32; hash u64, the XXH64 of its id, which a run keeps for the next one.
        """
        ...

    def texts(self) -> Iterator[tuple[int, str]]:
        """Each text with the number of its rule, rule by rule."""
        ...

    def lines(self) -> Lines:
        """All of it in order. To be asked for once."""
        ...


@immutable()
class SettledFrames:
    """See `Settled`."""

    made: Rules

    def rules(self) -> Rules:
        """See `Settled`."""
        return self.made

    def counts(self) -> dict[int, int]:
        """See `Settled`."""
        return {number: frame.height for number, frame in self.made}

    def keys(self, of: Container[int] | None = None) -> pl.DataFrame:
        """See `Settled`."""
        wanted = [(number, frame) for number, frame in self.made if of is None or number in of]
        rule = (pl.lit(number, dtype=pl.UInt32).alias("rule") for number, _ in wanted)
        keys = [frame.select(some, "record", _hash()) for some, (_, frame) in zip(rule, wanted, strict=True)]
        return pl.concat([NO_KEYS, *keys])

    def texts(self) -> Iterator[tuple[int, str]]:
        """See `Settled`."""
        return ((number, text) for number, frame in self.made for text in frame.get_column("text"))

    def lines(self) -> Lines:
        """See `Settled`."""
        return FrameLines(in_order(self.made))


@immutable()
class FrameLines:
    """See `Lines`. Columns: record, text."""

    frame: pl.DataFrame

    def __iter__(self) -> Iterator[bytes]:
        return blocks(self.frame.get_column("text"))

    def records(self) -> Sequence[int]:
        """See `Lines`."""
        return self.frame.get_column("record").to_list()

    def lengths(self) -> Sequence[int]:
        """See `Lines`."""
        return (self.frame.get_column("text").str.len_bytes() + 1).to_list()


@cache
def _hash() -> pl.Expr:
    from polars_hash import NonCryptographicHashingNameSpace  # what is in Rust does without

    return NonCryptographicHashingNameSpace(pl.col("id")).xxhash64().alias("hash")


def in_order(rules: Rules) -> pl.DataFrame:
    """The resources of one type. Columns: record, id, text."""
    frames = [frame for _, frame in rules]
    return frames[0] if len(frames) == 1 else pl.concat(frames).sort("record", maintain_order=True)
