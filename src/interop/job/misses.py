"""Codes that concept maps do not hold, by map: values of the data, for those who may see them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from interop.engine.row_values import Run, compile_value
from interop.plan import model as plan
from interop.plan.passes.project import rule_values
from interop.plan.walk import columns_of, nodes, value_parts
from interop.readers.protocol import Batch, Row
from interop.values.codes import NotedTargets
from interop.values.failure import Failure, Noted


def missed_codes(compiled: plan.Plan, batch: Batch) -> Iterator[tuple[str, Counter[str]]]:
    """For each use of a concept map on a single column of the batch, the codes that it does not hold, counted.

    What a condition of the mapping leaves out is counted too: this is a list to add codes from, not a sum.
    """
    for name, value, is_missed in _uses(compiled):
        columns = {part for part in columns_of(iter([value])) if isinstance(part, plan.Column)}
        if len(columns) != 1:
            continue
        (column,) = columns
        table = batch.tables.get(column.context)
        if table is None or column.name not in table.frame.columns:
            continue
        read = compile_value(value)
        codes: Counter[str] = Counter()
        for text, count in table.frame.get_column(column.name).drop_nulls().value_counts().iter_rows():
            row = Row({column.name: text})
            for _ in range(column.up):
                row = Row({}, parent=row)
            code = read(row, Run(batch.file_values, 0))
            if code is not None and is_missed(code):
                codes[code] += count
        if codes:
            yield name, codes


def _uses(compiled: plan.Plan) -> Iterator[tuple[str, plan.Value, Callable[[str], bool]]]:
    """Each place where a map is used: its name, the value that it translates, whether it misses a code."""
    for rule in compiled.rules:
        for node in nodes(rule.body):
            if isinstance(node, plan.Coded):
                yield node.map, node.value, _coded(node)
        for value in rule_values(rule):
            for part in value_parts(value):
                if isinstance(part, plan.Stepped) and part.name in ("code", "display", "system"):
                    yield part.args[0], part.source, _stepped(part)


def _coded(node: plan.Coded) -> Callable[[str], bool]:
    return lambda code: isinstance(node.translate(code), Failure | NotedTargets)


def _stepped(step: plan.Stepped) -> Callable[[str], bool]:
    return lambda code: isinstance(step.apply(code), Failure | Noted)
