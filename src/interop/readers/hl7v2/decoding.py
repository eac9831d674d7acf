"""Texts without escape sequences, and with the separators of their sender where they are written as sent."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from interop.readers.hl7v2.escapes import ESCAPE, PLAIN_SEQUENCE, PLAIN_TEXTS, unescape
from interop.readers.hl7v2.message import Sender


def decode(texts: pl.Series, senders: pl.Series, known: Sequence[Sender], *, rewrite: bool) -> pl.Series:
    """Decode texts, those without plain sequences only one by one.

    Args:
        texts: utf8[n].
        senders: u32[n], the sender of each among those that are known.
        known: The senders.
        rewrite: Whether the texts are to have the separators of their senders.
    """
    unusual = [place for place, one in enumerate(known) if not one.separators.usual] if rewrite else []
    asked = texts.str.contains(ESCAPE, literal=True)
    if unusual:
        asked |= senders.is_in(unusual)
    places = asked.arg_true()
    if not len(places):
        return texts
    decoded = _decode(texts.gather(places), senders.gather(places), known, unusual)
    of = pl.int_range(len(texts), dtype=pl.UInt32, eager=True)
    of = of.scatter(places, pl.int_range(len(texts), len(texts) + len(places), dtype=pl.UInt32, eager=True))
    return pl.concat([texts, decoded], rechunk=True).gather(of)  # numbers are scattered faster than texts


def _decode(texts: pl.Series, senders: pl.Series, known: Sequence[Sender], unusual: list[int]) -> pl.Series:
    plain = texts.str.count_matches(PLAIN_SEQUENCE.pattern) * 2 == texts.str.count_matches(ESCAPE, literal=True)
    if unusual:
        plain &= ~senders.is_in(unusual)
    decoded = texts.str.replace_many(list(PLAIN_TEXTS), list(PLAIN_TEXTS.values()))
    places = (~plain).arg_true()
    if not len(places):
        return decoded
    exact: list[str] = []
    for text, sender in zip(texts.gather(places).to_list(), senders.gather(places).to_list(), strict=True):
        sent = known[sender].separators.as_sent(text) if unusual else text
        exact.append(unescape(sent, known[sender].charset))
    return decoded.scatter(places, exact)
