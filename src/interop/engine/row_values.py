"""Values and conditions of the plan as closures over one row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from interop.engine.needs import Need
from interop.plan import model as plan
from interop.plan.walk import condition_values, is_plain
from interop.readers.protocol import Row
from interop.values.failure import Noted


@dataclass(slots=True)
class Run:
    """What one record's conversion carries along: places for findings, ids, positions.

    `found` holds (order, row path, code) in the order of evaluation; the row path is the `#` of each context.
    """

    file_values: dict[str, str]
    number: int
    found: list[tuple[int, Row, str]] | None = field(default_factory=list)
    ids: dict[tuple[str, int], str | None] = field(default_factory=dict)
    position: int = 0
    listing: str = ""
    keyed: dict[str, dict[str, int]] = field(default_factory=dict)
    lacks: Callable[[frozenset[Need]], bool] | None = None

    def report(self, code: str, order: int, row: Row) -> None:
        """Notes a finding at a place of the plan and of the record."""
        if self.found is not None:
            self.found.append((order, row, code))

    def quiet(self) -> Run:
        """The same run for an evaluation whose findings are reported elsewhere."""
        if self.found is None:
            return self
        return Run(self.file_values, self.number, None, self.ids, self.position, self.listing, self.keyed, self.lacks)


Text: TypeAlias = Callable[[Row, Run], str | None]
Test: TypeAlias = Callable[[Row, Run], bool]


def compile_value(value: plan.Value) -> Text:
    """The closure of a value."""
    match value:
        case plan.Constant(text) | plan.Named(text):
            return lambda row, run: text
        case plan.Column(_, name, up):
            return _column(name, up)
        case plan.FileValue(name):
            return lambda row, run: run.file_values.get(name)
        case plan.RecordNumber():
            return lambda row, run: str(run.number)
        case plan.Template(parts):
            return _template([compile_value(part) for part in parts])
        case plan.Choice(options):
            return _choice([compile_value(option) for option in options])
        case plan.Stepped():
            return _stepped(compile_value(value.source), value.apply, value.order)


def _column(name: str, up: int) -> Text:
    if name == "#":
        return lambda row, run: str(above(row, up).number)
    if up == 0:
        return lambda row, run: row.read(name)
    if up == 1:
        return lambda row, run: row.parent.read(name)  # type: ignore[union-attr]
    return lambda row, run: above(row, up).read(name)


def above(row: Row, up: int) -> Row:
    """The row `up` contexts above."""
    for _ in range(up):
        assert row.parent is not None
        row = row.parent
    return row


def _template(parts: list[Text]) -> Text:
    def template(row: Row, run: Run) -> str | None:
        texts = [part(row, run) for part in parts]  # all of them: each may have a finding
        return None if None in texts else "".join(texts)  # type: ignore[arg-type]

    return template


def _choice(options: list[Text]) -> Text:
    def choice(row: Row, run: Run) -> str | None:
        for option in options:
            text = option(row, run)
            if text is not None:
                return text
        return None

    return choice


def _stepped(source: Text, apply: plan.Apply, order: int) -> Text:
    def stepped(row: Row, run: Run) -> str | None:
        text = source(row, run)
        if text is None:
            return None
        result = apply(text)
        if result is None or isinstance(result, str):
            return result
        run.report(result.code, order, row)
        return result.text if isinstance(result, Noted) else None

    return stepped


def compile_condition(condition: plan.Condition) -> Test:
    """The closure of a condition: null on either side is false."""
    match condition:
        case plan.Test(value, holds):
            return _test(compile_value(value), holds)
        case plan.Compare(left, right, holds):
            return _compare(compile_value(left), compile_value(right), holds)
        case plan.Not(inner):
            denied = compile_condition(inner)
            return lambda row, run: not denied(row, run)
        case plan.All(inner):
            parts = [compile_condition(part) for part in inner]
            return _until(parts, end=False) if _is_silent(condition) else _together(parts, all)
        case plan.Some(inner):
            parts = [compile_condition(part) for part in inner]
            return _until(parts, end=True) if _is_silent(condition) else _together(parts, any)


def _is_silent(condition: plan.Condition) -> bool:
    """Whether a condition reports nothing, whatever it tests: only steps do."""
    return all(map(is_plain, condition_values(condition)))


def _until(parts: list[Test], *, end: bool) -> Test:
    """The parts one after another: the first that is `end` tells."""

    def until(row: Row, run: Run) -> bool:
        for part in parts:
            if part(row, run) is end:
                return end
        return not end

    return until


def _together(parts: list[Test], join: Callable[[list[bool]], bool]) -> Test:
    def together(row: Row, run: Run) -> bool:
        held = [part(row, run) for part in parts]  # all of them: each may have a finding
        return join(held)

    return together


def _test(value: Text, holds: Callable[[str], bool]) -> Test:
    if holds is plan.present:
        return lambda row, run: value(row, run) is not None

    def test(row: Row, run: Run) -> bool:
        text = value(row, run)
        return text is not None and holds(text)

    return test


def _compare(left: Text, right: Text, holds: Callable[[str, str], bool]) -> Test:
    def compare(row: Row, run: Run) -> bool:
        one, other = left(row, run), right(row, run)
        return one is not None and other is not None and holds(one, other)

    return compare
