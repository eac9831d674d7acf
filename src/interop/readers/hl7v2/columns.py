"""Columns of text from lines of text, for a whole batch at once: what `values` reads of one line.

Fields are split no further than they are read, and only where a separator stands in the column at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from interop.readers.hl7v2.collect import Collected
from interop.readers.hl7v2.escapes import ESCAPE, PLAIN_SEQUENCE, PLAIN_TEXTS, unescape
from interop.readers.hl7v2.paths import NULL, PRESENT, FieldPath, Reads
from interop.readers.hl7v2.separators import COMPONENT, FIELD, REPETITION, SUBCOMPONENT

Named = tuple[str, FieldPath]

_MARKS = (REPETITION, COMPONENT, SUBCOMPONENT, ESCAPE)


@dataclass(frozen=True, slots=True)
class FieldTexts:
    """A field of all rows. Shape: `texts` utf8[n], null where there is none. `marks` are those that stand in any."""

    texts: pl.Series
    marks: frozenset[str]


def split_fields(lines: pl.Series, segment: str, fields: Iterable[int]) -> dict[int, FieldTexts]:
    """Fields of a segment by number, with all that is in them. A field that no line has is left out.

    Args:
        lines: utf8[n], null where the segment is not there.
        segment: Its name: fields of MSH are numbered from the separator on.
        fields: Numbers of those that are read.
    """
    shift = 1 if segment == "MSH" else 0
    places = {number: number - shift for number in fields}
    parts = pl.DataFrame(_split(lines, FIELD, max(places.values(), default=0) + 1))
    parts.columns = [str(place) for place in range(parts.width)]
    some = [str(place) for place in dict.fromkeys(places.values())]
    has = [pl.col(some).str.contains(mark, literal=True).any().name.suffix(mark) for mark in _MARKS]
    found = parts.select(pl.col(some).str.len_bytes().max(), *has).row(0, named=True)
    return {
        number: FieldTexts(parts[str(place)], frozenset(mark for mark in _MARKS if found[f"{place}{mark}"]))
        for number, place in places.items()
        if found[str(place)]
    }


def repetition_columns(field: FieldTexts, named: list[Named]) -> dict[str, pl.Series]:
    """Raw columns of one field: the text at each path, escapes and all. Columns without any text may be left out."""
    found: dict[str, pl.Series] = {}
    most = max(path.repetition for _, path in named)
    repeats = _split(field.texts, REPETITION, most) if REPETITION in field.marks else [field.texts]
    for number, text in enumerate(repeats, 1):
        if here := [(name, path) for name, path in named if path.repetition == number]:
            found |= part_columns(FieldTexts(text, field.marks), here)
    return found


def part_columns(repetition: FieldTexts, named: list[Named]) -> dict[str, pl.Series]:
    """The same of a repetition."""
    text, marks = repetition.texts, repetition.marks
    found = {name: text for name, path in named if path.reads is Reads.WHOLE}
    parts = [(name, path) for name, path in named if path.reads is not Reads.WHOLE]
    if not parts:
        return found
    most = max(path.component for _, path in parts)
    components = _split(text, COMPONENT, most) if COMPONENT in marks else [text]
    for number, component in enumerate(components, 1):
        here = [(name, path) for name, path in parts if path.component == number]
        if not here:
            continue
        inner = [component]
        if SUBCOMPONENT in marks and bool(component.str.contains(SUBCOMPONENT, literal=True).any()):
            inner = _split(component, SUBCOMPONENT, max(path.subcomponent for _, path in here))
        found |= {name: inner[path.subcomponent - 1] for name, path in here if path.subcomponent <= len(inner)}
    return found


def clean(raw: dict[str, pl.Series], named: list[Named]) -> dict[str, pl.Series]:
    """The raw columns without empty texts; what is deleted is null, but for the columns that tell of it."""
    expressions = []
    for name, path in named:
        if name not in raw:
            continue
        text = pl.col(name)
        if path.reads is Reads.DELETED:
            expressions.append(pl.when(text == NULL).then(pl.lit(PRESENT)).alias(name))
        else:
            expressions.append(pl.when((text != "") & (text != NULL)).then(text).alias(name))
    return pl.DataFrame(raw).select(expressions).to_dict()


def decode(
    columns: dict[str, pl.Series], named: list[Named], messages: pl.Series, found: Collected
) -> dict[str, pl.Series]:
    """Texts without escape sequences, and whole repetitions with the separators of their message: those that change.

    Args:
        columns: Clean columns, utf8[n].
        named: The paths of those that may change.
        messages: u32[n], the message of each row.
        found: The batch.
    """
    changed: dict[str, pl.Series] = {}
    for name, path in named:
        column = columns.get(name)
        if column is None:
            continue
        rewrite = path.reads is Reads.WHOLE and found.unusual
        places = (column.is_not_null() if rewrite else column.str.contains(ESCAPE, literal=True)).arg_true()
        if not len(places):
            continue
        texts = column.gather(places)
        texts = _decode_all(texts, messages.gather(places), found, rewrite=rewrite)
        changed[name] = column.scatter(places, texts)
    return changed


def _decode_all(texts: pl.Series, messages: pl.Series, found: Collected, *, rewrite: bool) -> pl.Series:
    """Decode texts: those whose sequences are all plain at once, the others one by one."""
    plain = texts.str.count_matches(PLAIN_SEQUENCE.pattern) * 2 == texts.str.count_matches(ESCAPE, literal=True)
    if rewrite:
        plain &= False
    decoded = texts.str.replace_many(list(PLAIN_TEXTS), list(PLAIN_TEXTS.values()))
    places = (~plain).arg_true()
    if len(places):
        exact: list[str] = []
        for text, message in zip(texts.gather(places).to_list(), messages.gather(places).to_list(), strict=True):
            sent = found.separators[message].as_sent(text) if rewrite else text
            exact.append(unescape(sent, found.charsets[message]))
        decoded = decoded.scatter(places, exact)
    return pl.select(pl.when(decoded != "").then(decoded)).to_series()


def _split(text: pl.Series, separator: str, count: int) -> list[pl.Series]:
    """The first `count` parts."""
    return text.str.splitn(separator, count + 1).struct.unnest().get_columns()[:count]
