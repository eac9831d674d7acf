"""How the messages of a batch were sent: a few ways, for many messages."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from interop.immutable import immutable
from interop.readers.hl7v2.message import Sender


@immutable()
class Senders:
    """The ways, and which way each message was sent. Shapes: `of` u32[messages]."""

    known: list[Sender]
    of: pl.Series

    @property
    def usual(self) -> bool:
        """Whether all used the usual separators."""
        return all(one.separators.usual for one in self.known)


def senders_of(messages: Iterable[Sender]) -> Senders:
    """The senders of messages."""
    known: dict[Sender, int] = {}
    of: list[int] = []
    last: Sender | None = None
    number = 0
    for sender in messages:
        if sender is not last:
            last, number = sender, known.setdefault(sender, len(known))
        of.append(number)
    return Senders(list(known), pl.Series(of, dtype=pl.UInt32))
