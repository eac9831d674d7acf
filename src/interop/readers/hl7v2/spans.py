"""What a file is cut into: spans of its bytes, and what all of them came to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from interop.immutable import immutable
from interop.readers.raw_records import Scattered

Kind = Literal["MSH", "FHS", "BHS", "BTS", "FTS", ""]


@immutable()
class Span:
    """Bytes of the input that belong together. `kind` is empty for text that stands in no message.

    Units: bytes. `length` is that of the span; `data` has less of one that is over the limit (`over`).
    """

    kind: Kind
    offset: int
    data: bytes
    length: int
    over: bool = False
    cut: bool = False  # the stream broke off in it


@immutable()
class Messages:
    """Messages that follow one another, whole and within the limit. Units: `offset` of their stretch in the input."""

    raw: Scattered
    offset: int

    def spans(self) -> Iterator[Span]:
        """The same one by one."""
        for data, start in zip(self.raw, self.raw.starts, strict=True):
            yield Span("MSH", self.offset + start, data, len(data))


@dataclass(slots=True)
class Sizes:
    """What a file came to. `skipped` are its bytes that are in no message and not text outside of one."""

    size: int = 0
    skipped: int = 0
    damaged: bool = False
