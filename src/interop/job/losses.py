"""What comes through with less than was sent, though no finding says so: the mapping is written that way.

A cut time (`| date` of a time), and rows of which the element takes one.
"""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from interop.engine.row_values import Run, compile_value
from interop.plan import model as plan
from interop.plan.walk import columns_of, nodes, value_parts
from interop.readers.protocol import Batch, Row
from interop.spec.collection import lasting
from interop.values import dates

CUT = "time cut by `| date`"
_WITH_TIME = dates.date_time(None, ZoneInfo("UTC"))
_NO_TIME = frozenset("0:.+-TZ")


class Losses:
    """The places of a plan where something can be lost by its own words."""

    @lasting()  # the first to ask for all bodies
    def __init__(self, compiled: plan.Plan) -> None:
        self._cuts = list(dict.fromkeys(cut for rule in compiled.rules for cut in _cuts(rule)))
        self._single = list(dict.fromkeys(one for rule in compiled.rules for one in _single(rule)))

    def of(self, batch: Batch) -> Iterator[tuple[str, str, int]]:
        """The element, what it lost, and how many values of the batch did.

        What a condition of the mapping leaves out is counted too: the counts are upper bounds.
        """
        for target, column, value in self._cuts:
            count = _cut(batch, column, value)
            if count:
                yield target, CUT, count
        for target, down in self._single:
            count = _several(batch, down)
            if count:
                yield target, f"takes the first of several {down[-1]}", count


def _several(batch: Batch, down: tuple[str, ...]) -> int:
    """Rows that have several rows below them, where `down` leads to."""
    import polars as pl

    tables = [batch.tables.get(name) for name in reversed(down)]
    above = tables[0].parent if tables[0] is not None else None
    for table in tables[1:]:
        parent = table.parent if table is not None else None
        above = parent.gather(above) if above is not None and parent is not None else None
    return 0 if above is None else above.value_counts().filter(pl.col("count") > 1).height


def _cuts(rule: plan.Rule) -> Iterator[tuple[str, plan.Column, plan.Value]]:
    """Dates of times of which the rule reads no more than the date."""
    filled = [node for node in nodes(rule.body) if isinstance(node, plan.Primitive)]
    whole = {column for node in filled for column in _uncut(node.value)}
    for node in filled:
        for part in value_parts(node.value):
            if isinstance(part, plan.Stepped) and part.name == "date" and not part.args:
                columns = [column for column in columns_of([part.source]) if isinstance(column, plan.Column)]
                if len(columns) == 1 and columns[0] not in whole:
                    yield node.target, columns[0], part.source


def _uncut(value: plan.Value) -> Iterator[plan.Column]:
    """What a value reads other than through `date`."""
    match value:
        case plan.Column():
            yield value
        case plan.Template(parts) | plan.Choice(parts):
            for part in parts:
                yield from _uncut(part)
        case plan.Stepped(source=source) if value.name != "date" or value.args:
            yield from _uncut(source)


def _cut(batch: Batch, column: plan.Column, value: plan.Value) -> int:
    """The values of a column that have a time other than midnight."""
    table = batch.tables.get(column.context)
    if table is None or column.name not in table.frame.columns:
        return 0
    read = compile_value(value)
    count = 0
    for text, times in table.frame.get_column(column.name).drop_nulls().value_counts().iter_rows():
        row = Row({column.name: text})
        for _ in range(column.up):
            row = Row({}, parent=row)
        sent = read(row, Run(batch.file_values, 0))
        moment = _WITH_TIME(sent) if sent is not None and len(sent) > len("YYYY-MM-DD") else None
        if isinstance(moment, str) and not _NO_TIME.issuperset(moment[10:19]):
            count += times
    return count


def _single(rule: plan.Rule) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Lists over rows of which the element takes the first."""
    for node in nodes(rule.body):
        if isinstance(node, plan.Array) and node.single:
            for item in node.items:
                if item.each is not None:
                    yield node.target, item.each.down
