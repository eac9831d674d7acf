"""Framed messages to tables in one pass over their bytes, compiled (`rust/src/hl7v2`)."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from interop.readers.hl7v2.blanks import Blanks
from interop.readers.hl7v2.charset import Charset
from interop.readers.hl7v2.paths import NUMBER, STRUCTURE
from interop.readers.hl7v2.reads import read_projection
from interop.readers.hl7v2.rust_asking import Asked
from interop.readers.hl7v2.shredding import Shredded, Shredder, read_batch
from interop.readers.hl7v2.slots import Slots
from interop.readers.hl7v2.template import Template, Templates
from interop.readers.protocol import Batch, Projection, Table
from interop.rust import Sheet, shredder
from interop.rust import Shredder as Core

MOST = 1 << 31
"""Bytes of a batch that a text can be found in: past that, Polars does it."""


class RustShredder:
    """Shreds what a projection reads. Remembers where the segments of messages like those before stand.

    Raises:
        ImportError: It was not compiled for this host (`rust.is_there`).
    """

    def __init__(self, templates: Templates, charset: Charset, projection: Projection) -> None:
        self.projection = projection
        self._templates, self._charset = templates, charset
        self._reads = read_projection(templates.contexts, projection)
        self._slots = Slots(self._reads)
        self._blanks = [Blanks(sheet.columns) for sheet in self._slots.sheets]
        self._made = self._begin()

    def _begin(self) -> tuple[Asked, Core]:
        """Starts anew, with nothing remembered."""
        asked = Asked(self._templates, self._charset, self._reads)
        contexts = [one.context for one in self._reads]
        parents = [one.parent.number if one.parent is not None else None for one in contexts]
        return asked, shredder(self._slots, parents, asked)

    def shred(self, batch: Batch) -> Batch:
        """A raw batch with its tables. Messages that cannot be read are among its rejected records then."""
        assert batch.raw is not None
        if sum(map(len, batch.raw)) > MOST:
            return Shredder(self._templates, self._charset, self.projection).shred(batch)
        asked, core = self._made  # both or none: another thread may begin anew
        if asked.is_full():
            asked, core = self._made = self._begin()
        sheets, numbers, unread, unsound = core.shred(list(batch.raw))
        templates = [asked.templates[number] for number in numbers]
        tables = {name: table for context in self._reads for name, table in context.empty.items()}
        tables |= {self._slots.sheets[sheet.number].name: self._table(sheet, templates) for sheet in sheets}
        return read_batch(batch, Shredded(tables, templates, dict(unread), set(unsound)), self._charset)

    def _table(self, sheet: Sheet, templates: Sequence[Template]) -> Table:
        number, targets = sheet.number, sheet.targets
        about, blanks = self._slots.sheets[number], self._blanks[number]
        parent, rows, *columns = pl.Series(sheet).struct.unnest().get_columns()
        is_root = number == self._slots.owns.get(0)
        table = blanks.table(len(parent), None if is_root else parent)
        if is_root and STRUCTURE in about.columns:
            structures = [template.structure for template in templates]
            blanks.fill(table, (STRUCTURE,), pl.Series(structures, dtype=pl.String))
        if NUMBER in about.columns:
            blanks.fill(table, (NUMBER,), rows)
        for target, column in zip(targets, columns, strict=True):
            blanks.fill(table, self._slots.columns[target].columns, column)
        return table
