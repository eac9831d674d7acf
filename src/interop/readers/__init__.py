"""Readers: frame bytes into records, and shred records into tables of text. One package a syntax."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from interop.readers.delimited import DelimitedReader
    from interop.spec.layout import DelimitedLayout


def open_reader(layout: DelimitedLayout) -> DelimitedReader:
    """The reader of a source, by its format."""
    from interop.readers.delimited import DelimitedReader

    return DelimitedReader(layout)
