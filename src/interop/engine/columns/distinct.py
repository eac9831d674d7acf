"""Functions of one text over a column: called once for each distinct value, remembered from batch to batch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeAlias, TypeVar

from interop.engine.row_values import Run
from interop.immutable import immutable
from interop.limits import FIXED
from interop.plan import model as plan
from interop.plan.walk import columns_of, condition_values
from interop.readers.protocol import Row

T = TypeVar("T")
KEPT = FIXED.distinct_values


Findings: TypeAlias = tuple[tuple[int, str], ...]
"""The findings of a value, as (order, code)."""


class Remembered(Generic[T]):
    """A closure of the row executor as a function of one column's text: results, and findings."""

    def __init__(self, make: Callable[[Row, Run], T], column: plan.Column | None) -> None:
        self._make = make
        self._column = column
        self._results: dict[str | None, T] = {}
        self._found: dict[str | None, Findings] = {}

    def over(self, values: list[str | None], file_values: dict[str, str]) -> tuple[list[T], dict[int, Findings]]:
        """The result for each value, and the findings of those that have any, by their number."""
        if len(self._results) > KEPT:  # other dicts: another thread may be reading these
            self._results, self._found = {}, {}
        results, found = self._results, self._found
        new = [value for value in values if value not in results]
        if new:
            self._learn(new, file_values, results, found)
        noted = {number: found[value] for number, value in enumerate(values) if value in found} if found else {}
        return list(map(results.__getitem__, values)), noted

    def _learn(
        self,
        values: list[str | None],
        file_values: dict[str, str],
        results: dict[str | None, T],
        found: dict[str | None, Findings],
    ) -> None:
        """Calls the closure for each value, on a row that holds nothing else."""
        top = row = Row({})
        column = self._column
        for _ in range(column.up if column is not None else 0):
            row = Row({}, parent=row)
        run = Run(file_values, 0)
        for value in values:
            if column is not None:
                if value is None:
                    top.values.pop(column.name, None)
                elif column.name == "#":
                    top.number = int(value)
                else:
                    top.values[column.name] = value
            result = self._make(row, run)
            if run.found:
                found[value] = tuple(dict.fromkeys((order, code) for order, _, code in run.found))
                run.found = []
            results[value] = result  # after its findings: who sees the one sees the others


@immutable()
class Reads:
    """What a part of the plan reads: one column at most (None where it reads none), or more."""

    one: bool
    column: plan.Column | None


def reads_of(part: plan.Value | plan.Condition) -> Reads:
    """What a value or a condition reads."""
    values = condition_values(part) if isinstance(part, plan.Condition) else iter([part])
    columns = set(columns_of(values))
    column = next(iter(columns), None)
    one = len(columns) <= 1 and not isinstance(column, plan.RecordNumber)
    return Reads(one, column if one and isinstance(column, plan.Column) else None)


class Memory:
    """The remembered functions of an executor on files of the same values, by the plan's part that each runs.

    Safe to share between threads: the worst is that two of them compute the same.
    """

    def __init__(self, file_values: dict[str, str]) -> None:
        self.file_values = dict(file_values)  # results may hang on them
        self._known: dict[int, tuple[object, Remembered[object]]] = {}
        self._reads: dict[int, tuple[object, Reads]] = {}

    def reads(self, part: plan.Value | plan.Condition) -> Reads:
        """What a value or a condition reads; looked at once."""
        key = id(part)
        if key not in self._reads:
            self._reads[key] = (part, reads_of(part))
        return self._reads[key][1]

    def function(
        self, part: object, column: plan.Column | None, make: Callable[[], Callable[[Row, Run], T]]
    ) -> Remembered[T]:
        """The function of a part of the plan; compiled when it is first asked for."""
        key = id(part)
        if key not in self._known:
            self._known[key] = (part, Remembered(make(), column))
        return self._known[key][1]  # type: ignore[return-value]
