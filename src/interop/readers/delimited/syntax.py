"""The bytes that give a delimited file its structure.

All reading is done on UTF-8 (see `text`), where an ASCII byte is never part of another character.
"""

from __future__ import annotations

from dataclasses import dataclass

from interop.spec.layout import DelimitedLayout

NUL = b"\0"
BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Syntax:
    """`quote` is None when quotes are data; `spaces` are the bytes that are trimmed around a value, empty for none."""

    delimiter: bytes
    quote: bytes | None
    spaces: bytes
    closing: bool = False  # quirk closing-delimiter: a delimiter may also close the last field of a row

    @classmethod
    def of(cls, layout: DelimitedLayout) -> Syntax:
        """The syntax that a layout declares."""
        delimiter = layout.delimiter.encode("ascii")
        quote = layout.quote.encode("ascii") if layout.quote else None
        spaces = b" \t".replace(delimiter, b"") if layout.trim else b""
        return cls(delimiter, quote, spaces, "closing-delimiter" in layout.quirks)
