"""The compiled executor at work on batches.

It reads the plan that the other executors read, and gives the same bytes and findings. Steps, checks and concept maps
stay Python's: each is called once for each distinct text (docs/adr/0009-hot-paths-in-rust.md).
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from threading import Lock

import polars as pl

from interop.engine.columns.bulk import Built, BulkExecutor, ColumnResult, Take
from interop.engine.columns.repeats import Clashes
from interop.engine.columns.scratch import Noted
from interop.engine.rust.facts import PlanFacts
from interop.engine.settled import NO_KEYS, Lines, Rules, SettledFrames
from interop.limits import FIXED
from interop.plan import model as plan
from interop.readers.compiled_tables import CompiledTables
from interop.readers.protocol import Batch
from interop.rust import Resources, keys, ordered, program
from interop.writers.ndjson import BLOCK


class RustExecutor(BulkExecutor[Resources]):
    """A plan over the rows of a batch, compiled. Of several threads, one converts at a time.

    Raises:
        ImportError: It was not compiled for this host (`rust.is_there`).
    """

    def __init__(self, compiled: plan.Plan) -> None:
        super().__init__(compiled)
        self._program = program(compiled, PlanFacts(compiled), FIXED.distinct_values)
        self._lock = Lock()

    def convert(self, batch: Batch, take: Take | None = None) -> ColumnResult:
        """See `BulkExecutor`."""
        with self._lock:
            return super().convert(batch, take)

    def _nothing(self) -> CompiledResult:
        return CompiledResult()

    def _begin(self, batch: Batch) -> tuple[Sequence[plan.Rule], Iterator[Built[Resources]]]:
        tables, values = batch.tables, batch.file_values
        if isinstance(tables, CompiledTables):
            numbers = batch.numbers.cast(pl.UInt32).rechunk().to_frame()
            begun = self._program.begin_messages(tables.sheets, numbers, values)
        else:
            begun = self._program.begin(_frames(batch), values)
        rules = [rule for number in begun if (rule := self._plan.rules[number]).root == batch.root]
        return rules, self._built(rules)

    def _built(self, rules: Sequence[plan.Rule]) -> Iterator[Built[Resources]]:
        try:
            for rule in rules:
                made, found = self._program.rule(rule.number)
                yield made, _noted(found)
        finally:
            self._program.end()

    def _settle(self, made: list[tuple[int, Resources]]) -> tuple[SettledResources, Clashes]:
        clashes = self._program.settle([resources for _, resources in made])
        return SettledResources(made), clashes


class CompiledResult(ColumnResult):
    """See `ColumnResult`. The keys of all types come as one frame: one for each type takes thrice as long."""

    def _keys(self, of: Container[int] | None) -> pl.DataFrame:
        made = [some.made(of) for some in self.settled if isinstance(some, SettledResources)]
        if len(made) < len(self.settled) or not all(some is not None for some in made):
            return super()._keys(of)
        return _keys([resources for some in made for resources in some or ()])


class SettledResources:
    """What rules of one type built. See `Settled`."""

    def __init__(self, made: list[tuple[int, Resources]]) -> None:
        self._made = made
        self._rules: Rules | None = None

    def rules(self) -> Rules:
        """See `Settled`."""
        if self._rules is None:  # Arrow takes them over once
            self._rules = [(number, pl.Series(resources).struct.unnest()) for number, resources in self._made]
        return self._rules

    def counts(self) -> dict[int, int]:
        """See `Settled`."""
        if self._rules is not None:
            return SettledFrames(self._rules).counts()
        return {number: len(resources) for number, resources in self._made}

    def keys(self, of: Container[int] | None = None) -> pl.DataFrame:
        """See `Settled`."""
        if self._rules is not None:
            return SettledFrames(self._rules).keys(of)
        return _keys(self.made(of) or [])

    def made(self, of: Container[int] | None = None) -> list[Resources] | None:
        """What each of its rules built, or some; None where it was given away as frames."""
        if self._rules is not None:
            return None
        return [resources for number, resources in self._made if of is None or number in of]

    def texts(self) -> Iterator[tuple[int, str]]:
        """See `Settled`."""
        if self._rules is not None:
            return SettledFrames(self._rules).texts()
        return ((number, text) for number, resources in self._made for text in resources.texts())

    def lines(self) -> Lines:
        """See `Settled`."""
        if self._rules is not None:
            return SettledFrames(self._rules).lines()
        return ordered([resources for _, resources in self._made], BLOCK)


def _keys(made: list[Resources]) -> pl.DataFrame:
    """See `Settled.keys`."""
    return pl.Series(keys(made)).struct.unnest() if made else NO_KEYS


def _frames(batch: Batch) -> list[tuple[str, pl.DataFrame]]:
    """The tables that have rows; first of each row the row of its parent, or of a record its number."""
    frames = []
    for context, table in batch.tables.items():
        if table.frame.height:
            numbers = batch.numbers if table.parent is None else table.parent
            columns = [column for column in table.columns() if column.null_count() < len(column)]
            frame = pl.DataFrame([numbers.cast(pl.UInt32).alias(""), *columns])
            frames.append((context, frame.rechunk()))
    return frames


def _noted(found: list[tuple[int, str, str, int]]) -> list[Noted]:
    """Findings by their place in the plan and context."""
    noted: dict[tuple[int, str], Noted] = {}
    for order, code, context, row in found:
        item = noted.setdefault((order, context), Noted(order, context, [], []))
        item.rows.append(row)
        item.codes.append(code)
    return list(noted.values())
