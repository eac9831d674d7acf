"""Functions of one text over a column: called once for each distinct value, remembered from batch to batch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from interop.engine.row_values import Run
from interop.plan import model as plan
from interop.readers.protocol import Row

T = TypeVar("T")
KEPT = 200_000  # distinct values remembered for each function; past that it starts anew


@dataclass(slots=True)
class Remembered(Generic[T]):
    """A closure of the row executor as a function of one column's text: results, and findings as (order, code)."""

    make: Callable[[Row, Run], T]
    column: plan.Column | None
    results: dict[str | None, tuple[T, tuple[tuple[int, str], ...]]] = field(default_factory=dict)

    def over(
        self, values: list[str | None], file_values: dict[str, str]
    ) -> tuple[list[T], dict[int, tuple[tuple[int, str], ...]]]:
        """The result for each value, and the findings of those that have any, by their number."""
        known = self.results
        if len(known) > KEPT:
            known.clear()
        results: list[T] = []
        found: dict[int, tuple[tuple[int, str], ...]] = {}
        for number, value in enumerate(values):
            pair = known.get(value)
            if pair is None:
                pair = known[value] = self._call(value, file_values)
            results.append(pair[0])
            if pair[1]:
                found[number] = pair[1]
        return results, found

    def _call(self, value: str | None, file_values: dict[str, str]) -> tuple[T, tuple[tuple[int, str], ...]]:
        top = Row({})
        column = self.column
        if column is not None and value is not None:
            if column.name == "#":
                top.number = int(value)
            else:
                top.values[column.name] = value
        row = top
        for _ in range(column.up if column is not None else 0):
            row = Row({}, parent=row)
        run = Run(file_values, 0)
        result = self.make(row, run)
        return result, tuple(dict.fromkeys((order, code) for order, _, code in run.found or ()))


class Memory:
    """The remembered functions of an executor on files of the same values, by the plan's part that each runs.

    Safe to share between threads: the worst is that two of them compute the same.
    """

    def __init__(self, file_values: dict[str, str]) -> None:
        self.file_values = dict(file_values)  # results may hang on them
        self._known: dict[int, tuple[object, Remembered[object]]] = {}

    def function(
        self, part: object, column: plan.Column | None, make: Callable[[], Callable[[Row, Run], T]]
    ) -> Remembered[T]:
        """The function of a part of the plan; compiled when it is first asked for."""
        key = id(part)
        if key not in self._known:
            self._known[key] = (part, Remembered(make(), column))
        return self._known[key][1]  # type: ignore[return-value]
