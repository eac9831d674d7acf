"""Columns of raw text to columns of values: without `""`, escape sequences, and other separators than were sent."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from interop.readers.hl7v2.collect import Senders
from interop.readers.hl7v2.columns import Texts
from interop.readers.hl7v2.escapes import ESCAPE, PLAIN_SEQUENCE, PLAIN_TEXTS, unescape
from interop.readers.hl7v2.paths import NULL, PRESENT, Reads
from interop.readers.hl7v2.reads import Columns


def read_values(columns: Iterable[Texts[Columns]], messages: pl.Series, senders: Senders) -> dict[str, pl.Series]:
    """The values of columns by name. Those without any are left out.

    Args:
        columns: Raw texts, utf8[n].
        messages: u32[n], the message of each row.
        senders: How these were sent.
    """
    found: dict[str, pl.Series] = {}
    for column in columns:
        texts = column.texts
        if texts.null_count() == len(texts):
            continue
        deleted = texts == NULL if NULL in column.marks else None
        if deleted is not None and deleted.any():
            present = pl.select(pl.when(deleted).then(pl.lit(PRESENT))).to_series()
            found |= {name: present for name, reads in column.reads if reads is Reads.DELETED}
            texts = pl.select(pl.when(~deleted).then(texts)).to_series()
        rewrite = senders.unusual and any(reads is Reads.WHOLE for _, reads in column.reads)
        if rewrite or (senders.escapes and ESCAPE in column.marks):
            texts = _decode(texts, messages, senders, rewrite=rewrite)
        found |= {name: texts for name, reads in column.reads if reads is not Reads.DELETED}
    return found


def _decode(texts: pl.Series, messages: pl.Series, senders: Senders, *, rewrite: bool) -> pl.Series:
    """Texts without escape sequences, and with the separators of their message where they are to be written anew."""
    places = (texts.is_not_null() if rewrite else texts.str.contains(ESCAPE, literal=True)).arg_true()
    if not len(places):
        return texts
    decoded = _decode_all(texts.gather(places), messages.gather(places), senders, rewrite=rewrite)
    return texts.clone().scatter(places, decoded)  # scatter writes to the series that it is called on


def _decode_all(texts: pl.Series, messages: pl.Series, senders: Senders, *, rewrite: bool) -> pl.Series:
    """Decode texts: those whose sequences are all plain at once, the others one by one."""
    plain = texts.str.count_matches(PLAIN_SEQUENCE.pattern) * 2 == texts.str.count_matches(ESCAPE, literal=True)
    if rewrite:
        plain &= False
    decoded = texts.str.replace_many(list(PLAIN_TEXTS), list(PLAIN_TEXTS.values()))
    places = (~plain).arg_true()
    if len(places):
        exact: list[str] = []
        for text, message in zip(texts.gather(places).to_list(), messages.gather(places).to_list(), strict=True):
            sent = senders.separators[message].as_sent(text) if rewrite else text
            exact.append(unescape(sent, senders.charsets[message]))
        decoded = decoded.scatter(places, exact)
    return pl.select(pl.when(decoded != "").then(decoded)).to_series()
