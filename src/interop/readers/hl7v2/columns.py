"""Columns of text from lines of text, for a whole batch at once: what `values` reads of one line.

All columns of a level are split together, fields, then components, then subcomponents: few large operations, for each
costs the same for a few rows as for some hundred. Where no separator of a level stands in any row nothing is split.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

import polars as pl

from interop.readers.hl7v2.escapes import ESCAPE
from interop.readers.hl7v2.paths import NULL
from interop.readers.hl7v2.reads import Columns, FieldReads, RepetitionReads
from interop.readers.hl7v2.separators import COMPONENT, FIELD, REPETITION, SUBCOMPONENT

S = TypeVar("S")
T = TypeVar("T")

_MARKS = {mark.encode(): mark for mark in (REPETITION, COMPONENT, SUBCOMPONENT, ESCAPE, NULL)}
_LONG = 1 << 20  # bytes of a line, of which no more parts are split off than are read
_ALL = pl.all()
_BYTES = _ALL.str.join("").cast(pl.Binary)
_WIDTH = _ALL.list.len().max()
_FILLED = pl.when(pl.element() != "").then(pl.element())


@dataclass(frozen=True, slots=True)
class Texts(Generic[T]):
    """A column of text and what is read of it.

    Shapes: `texts` utf8[n], null where there is none, never empty. `marks` are all that stand in any of them, `""` too;
    `long` is whether any may be very long.
    """

    texts: pl.Series
    reads: T
    marks: frozenset[str]
    long: bool

    def of(self, texts: pl.Series, reads: S) -> Texts[S]:
        """Texts that are parts of these, or these otherwise read."""
        return Texts(texts, reads, self.marks, self.long)


def split_fields(lines: pl.Series, fields: Sequence[FieldReads]) -> list[Texts[FieldReads]]:
    """The fields of a segment that any row has, with all that is in them.

    Args:
        lines: utf8[n], null where the segment is not there.
        fields: Those that are read, in order.
    """
    if not fields:
        return []
    long = _longest(lines) > _LONG
    parts = _split([lines], FIELD, fields[-1].place + 1 if long else 0)
    width = parts.select(_WIDTH).item() or 0
    found = parts.select([_part(0, field.place) for field in fields if field.place < width])
    contents: tuple[bytes, ...] = found.select(_BYTES).row(0) if found.width else ()
    return [
        Texts(texts, field, frozenset(mark for sign, mark in _MARKS.items() if sign in content), long)
        for texts, field, content in zip(found, fields, contents, strict=False)
        if content
    ]


def split_repetitions(field: Texts[FieldReads]) -> pl.Series:
    """The repetitions of a field: list[utf8][n], null where the field is, with null for those that are empty."""
    bounded = field.long and field.reads.table is None
    return _split([field.texts], REPETITION, max(field.reads.repetitions) if bounded else 0).to_series()


def read_parts(repetitions: Sequence[Texts[RepetitionReads]]) -> list[Texts[Columns]]:
    """What is read of repetitions, of any fields: raw texts, escapes and all. Columns without any may be left out."""
    whole = [one.of(one.texts, one.reads.whole) for one in repetitions if one.reads.whole]
    components = _split_parts([one.of(one.texts, one.reads.parts) for one in repetitions], COMPONENT)
    return whole + _split_parts(_marked(components, SUBCOMPONENT), SUBCOMPONENT)


def _split_parts(columns: Iterable[Texts[dict[int, T]]], mark: str) -> list[Texts[T]]:
    """The parts that are read, by number from 1."""
    found: list[Texts[T]] = []
    several: list[Texts[dict[int, T]]] = []
    for one in columns:
        if mark in one.marks:
            several.append(one)
        elif 1 in one.reads:
            found.append(one.of(one.texts, one.reads[1]))
    if not several:
        return found
    bounded = any(one.long for one in several)
    most = max(number for one in several for number in one.reads) if bounded else 0
    lists = _split([one.texts for one in several], mark, most)
    there = [
        (place, number, one)
        for place, (one, width) in enumerate(zip(several, lists.select(_WIDTH).row(0), strict=True))
        for number in one.reads
        if number <= (width or 0)
    ]
    parts = lists.select([_part(place, number - 1) for place, number, _ in there])
    found += [one.of(texts, one.reads[number]) for texts, (_, number, one) in zip(parts, there, strict=True)]
    return found


def _marked(columns: list[Texts[T]], mark: str) -> list[Texts[T]]:
    """The columns, with the mark only where it stands in this part of what it was found in."""
    several = [one for one in columns if mark in one.marks]
    if not several:
        return columns
    has = _frame([one.texts for one in several]).select(_ALL.str.contains(mark, literal=True).any()).row(0)
    others = [one for one in columns if mark not in one.marks]
    return others + [
        one if some else Texts(one.texts, one.reads, one.marks - {mark}, one.long)
        for one, some in zip(several, has, strict=True)
    ]


def _split(columns: Sequence[pl.Series], mark: str, most: int) -> pl.DataFrame:
    """Columns of lists, named by place: all parts, or where `most` is not 0, so many. Empty parts are null."""
    frame = _frame(columns)
    if not most:
        return frame.select(_splitting(mark))
    names = [f"field_{place}" for place in range(most)]
    parts = (pl.col(name).str.splitn(mark, most + 1).struct.field(names) for name in frame.columns)
    return frame.select(
        pl.concat_list(part).list.eval(_FILLED).alias(name) for name, part in zip(frame.columns, parts, strict=True)
    )


def _frame(columns: Sequence[pl.Series]) -> pl.DataFrame:
    return pl.DataFrame([one.alias(str(place)) for place, one in enumerate(columns)])


@lru_cache(maxsize=64)
def _splitting(mark: str) -> pl.Expr:
    return _ALL.str.split(mark).list.eval(_FILLED)


@lru_cache(maxsize=8192)
def _part(column: int, place: int) -> pl.Expr:
    return pl.col(str(column)).list.get(place, null_on_oob=True).alias(f"{column}.{place}")


def _longest(texts: pl.Series) -> int:
    longest = texts.str.len_bytes().max()
    return longest if isinstance(longest, int) else 0
