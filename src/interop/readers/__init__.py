"""Readers: frame bytes into records, and shred records into tables of text. One package a syntax."""

from __future__ import annotations

from typing import TYPE_CHECKING, overload

from interop.spec.hl7v2_layout import Hl7v2Layout

if TYPE_CHECKING:
    from interop.limits import Limits
    from interop.readers.delimited import DelimitedReader
    from interop.readers.hl7v2 import Hl7v2Reader
    from interop.spec.layout import DelimitedLayout


@overload
def open_reader(layout: DelimitedLayout, limits: Limits | None = None) -> DelimitedReader: ...
@overload
def open_reader(layout: Hl7v2Layout, limits: Limits | None = None) -> Hl7v2Reader: ...
def open_reader(layout: DelimitedLayout | Hl7v2Layout, limits: Limits | None = None) -> DelimitedReader | Hl7v2Reader:
    """The reader of a source, by its format."""
    if isinstance(layout, Hl7v2Layout):
        from interop.readers.hl7v2 import Hl7v2Reader

        return Hl7v2Reader(layout, limits)
    from interop.readers.delimited import DelimitedReader

    return DelimitedReader(layout, limits)
