"""Framed messages to tables in one pass over their bytes, compiled (`rust/src/hl7v2`)."""

from __future__ import annotations

from functools import cached_property, partial
from itertools import chain

import polars as pl

from interop.readers.compiled_tables import CompiledTables
from interop.readers.hl7v2.blanks import Blanks
from interop.readers.hl7v2.charset import Charset
from interop.readers.hl7v2.reads import read_projection
from interop.readers.hl7v2.rust_asking import Asked
from interop.readers.hl7v2.shredding import Shredded, Shredder, read_batch
from interop.readers.hl7v2.slots import Slots
from interop.readers.hl7v2.template import Templates
from interop.readers.protocol import Batch, Projection, Table
from interop.readers.raw_records import Scattered
from interop.rust import Sheets, shredder
from interop.rust import Shredder as Core
from interop.spec.collection import uncollected

MOST = (1 << 31) - 1
"""Bytes of a batch that a text can be found in: past that, Polars does it."""


class RustShredder:
    """Shreds what a projection reads. Remembers where the segments of messages like those before stand.

    Raises:
        ImportError: It was not compiled for this host (`rust.is_there`).
    """

    @uncollected()
    def __init__(self, templates: Templates, charset: Charset, projection: Projection) -> None:
        self.projection = projection
        self._templates, self._charset = templates, charset
        self._reads = read_projection(templates.contexts, projection)
        self._slots = Slots(self._reads)
        self._blanks = [Blanks(sheet.columns) for sheet in self._slots.sheets]
        self._numbers = {sheet.name: number for number, sheet in enumerate(self._slots.sheets)}
        self._names = tuple(name for context in self._reads for name in context.names())
        self._made = self._begin()

    def _begin(self) -> tuple[Asked, Core]:
        """Starts anew, with nothing remembered."""
        asked = Asked(self._templates, self._charset, self._reads)
        return asked, shredder(self._slots, self._reads, asked)

    def shred(self, batch: Batch) -> Batch:
        """A raw batch with its tables. Messages that cannot be read are among its rejected records then."""
        raw = batch.raw
        assert isinstance(raw, Scattered)
        if sum(raw.lengths) > MOST:
            return Shredder(self._templates, self._charset, self.projection).shred(batch)
        asked, core = self._made  # both or none: another thread may begin anew
        if asked.is_full(core.remembered()):
            asked, core = self._made = self._begin()
        sheets, unread, numbers, unsound = core.shred(raw.data, raw.starts, raw.lengths)
        noticed = {row: asked.templates[number].notices for row, number in numbers}
        tables = CompiledTables(sheets, partial(self._table, sheets), self._names)
        return read_batch(batch, Shredded(tables, dict(unread), noticed, set(unsound)), self._charset)

    @cached_property
    def _empty(self) -> dict[str, Table]:
        return dict(chain.from_iterable(context.empty() for context in self._reads))

    def _table(self, sheets: Sheets, name: str) -> Table:
        number = self._numbers[name]
        sheet = sheets.sheet(number)
        if sheet is None:
            return self._empty[name]
        parent, *columns = pl.Series(sheet).struct.unnest().get_columns()
        table = self._blanks[number].table(len(parent), None if number == self._slots.owns.get(0) else parent)
        for names, column in zip(sheet.names, columns, strict=True):
            self._blanks[number].fill(table, tuple(names), column)
        return table
