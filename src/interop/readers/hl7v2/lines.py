"""The lines of a batch's messages, all in one column. Those of usual messages never are texts of Python's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import compress

import polars as pl

from interop.readers.hl7v2.charset import Charset
from interop.readers.hl7v2.escapes import ESCAPE, PLAIN_SEQUENCE
from interop.readers.hl7v2.message import BAD_BYTES, Sender, field_of, read_message, read_usual_head
from interop.readers.hl7v2.senders import Senders, senders_of

KIND = 9  # MSH-9

_CARRIAGE, _FEED = "\r", "\n"
_HEAD = 4  # characters of a line by which it is placed
_UTF_8 = Charset("utf-8")
_ELEMENT = pl.element()


@dataclass(slots=True)
class Lines:
    """The messages that could be read.

    Shapes: `texts` utf8[lines] of all messages, with the usual separators, none blank; `heights` u32[messages], how
    many of them are whose; `rows`, `heads`, `kinds` one a message: its row in the batch, what its segments' names begin
    with, its MSH-9. `escapes` is whether any has an escape sequence, `unsound` which have others than plain ones, by
    row. `unread` are the rows whose messages could not be read, with the code of why.
    """

    texts: pl.Series
    heights: pl.Series
    rows: list[int]
    heads: list[str]
    kinds: list[str]
    senders: Senders
    escapes: bool
    unsound: set[int]
    unread: dict[int, str]


def read_lines(raw: Iterable[bytes], default: Charset) -> Lines:
    """The lines of messages."""
    rows: list[int] = []
    data: list[bytes] = []
    kinds: list[str] = []
    senders: list[Sender] = []
    unread: dict[int, str] = {}
    for row, text in enumerate(raw):
        sent = text
        usual = read_usual_head(sent, default)
        if usual is not None:
            kind, sender = usual
        else:
            message = read_message(sent, default)
            if isinstance(message, str):
                unread[row] = message
                continue
            kind, sender, sent = field_of(message, KIND), message.sender, _CARRIAGE.join(message.lines).encode()
        rows.append(row)
        data.append(sent)
        kinds.append(kind)
        senders.append(sender)
    texts = _as_text(data)
    if texts is None:
        readable = [_UTF_8.decode(one) is not None for one in data]
        unread |= {row: BAD_BYTES for row, good in zip(rows, readable, strict=True) if not good}
        rows, kinds = list(compress(rows, readable)), list(compress(kinds, readable))
        senders, texts = list(compress(senders, readable)), _as_text(list(compress(data, readable)))
        assert texts is not None
    if texts.str.contains(_FEED, literal=True).any():
        texts = texts.str.replace_all("\r\n", _CARRIAGE, literal=True).str.replace_all(_FEED, _CARRIAGE, literal=True)
    escapes, unsound = _escapes(texts)
    lines, heights, heads = _split(texts)
    return Lines(
        lines, heights, rows, heads, kinds, senders_of(senders), escapes, {rows[place] for place in unsound}, unread
    )


def _as_text(data: list[bytes]) -> pl.Series | None:
    """Bytes of UTF-8 as text; None where any are no such bytes."""
    try:
        return pl.Series(data, dtype=pl.Binary).cast(pl.String)
    except pl.exceptions.ComputeError:
        return None


def _split(texts: pl.Series) -> tuple[pl.Series, pl.Series, list[str]]:
    """The lines of texts, how many each has, and their heads."""
    lists = texts.str.split(_CARRIAGE)
    lines = lists.explode()
    if (lines == "").any():
        lists = lists.list.eval(_ELEMENT.filter(_ELEMENT != ""))
        lines = lists.explode()
    heads = lists.list.eval(_ELEMENT.str.slice(0, _HEAD)).list.join(_CARRIAGE)
    return lines, lists.list.len(), heads.to_list()


def _escapes(texts: pl.Series) -> tuple[bool, list[int]]:
    """Whether any has an escape sequence, and which have others than plain ones. One escape character is of MSH-2."""
    counts = texts.str.count_matches(ESCAPE, literal=True) - 1
    places = (counts > 0).arg_true()
    if not len(places):
        return False, []
    plain = texts.gather(places).str.count_matches(PLAIN_SEQUENCE.pattern)
    return True, places.filter(plain * 2 != counts.gather(places)).to_list()
