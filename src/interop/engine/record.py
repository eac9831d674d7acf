"""One record through the row executor: all rules of its kind, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from interop.engine.findings import FindingPlaces, costs_record
from interop.engine.merge import settle
from interop.engine.result import RecordResult, Resource
from interop.engine.row_values import Run, Test, compile_condition
from interop.engine.rows import NodeCompiler
from interop.errors import DataPlace
from interop.plan import model as plan
from interop.readers.protocol import Record, Row

IDS = 4096  # ids of a record remembered for references to them


@dataclass(frozen=True, slots=True)
class _CompiledRule:
    rule: plan.Rule
    when: Test | None
    identity: Callable[[Row, Run], str | None]
    members: Callable[[Row, Run], tuple[dict[str, str], bool]]
    path: tuple[str, ...]  # contexts from the record's children down to the rule's own
    start: str


class RowExecutor:
    """A plan, ready to convert one record after another. Holds no state between records."""

    def __init__(self, compiled: plan.Plan) -> None:
        self._plan = compiled
        self._places = FindingPlaces(compiled)
        self._merges = [rule.merge for rule in compiled.rules]
        nodes = NodeCompiler(compiled)
        self._rules: dict[str, list[_CompiledRule]] = {}
        for rule in compiled.rules:
            made = _CompiledRule(
                rule,
                compile_condition(rule.when) if rule.when is not None else None,
                nodes.id_of(rule),
                nodes.members(rule.body, rule.lists),
                tuple(reversed(compiled.path(rule.context)))[1:],
                f'{{"resourceType":"{rule.resource}","id":"',
            )
            self._rules.setdefault(rule.root, []).append(made)

    def convert(self, record: Record) -> RecordResult:
        """The resources and findings of one record. A finding of severity error leaves no resource.

        A record that could not be read as a whole is not converted: what it lacks would only be found again.
        """
        if any(costs_record(finding.code) for finding in record.findings):
            return RecordResult((), tuple(record.findings), failed=True)
        run = Run(record.file_values, record.number)
        resources: list[Resource] = []
        found: list[tuple[int, int, tuple[int, ...], str, Row]] = []
        for made in self._rules.get(record.root, ()):
            for row in _rows(record.row, made.path):
                run.found = []
                resource = self._build(made, row, run)
                if resource is not None:
                    resources.append(resource)
                if run.found:
                    found.extend((made.rule.number, order, _path(at), code, at) for order, at, code in run.found)
            if len(run.ids) > IDS:
                run.ids.clear()
        return self._result(record, resources, found)

    def _build(self, made: _CompiledRule, row: Row, run: Run) -> Resource | None:
        if made.when is not None and not made.when(row, run):
            return None
        identity = made.identity(row, run)
        run.keyed = {}
        texts, _ = made.members(row, run)
        for item in made.rule.body.required:
            if not any(name in texts for name in item.members):
                run.report("V203", item.order, row)
        if identity is None:
            return None
        text = made.start + identity + '"' + "".join(["," + part for part in texts.values()]) + "}"
        return Resource(made.rule.number, made.rule.resource, identity, text)

    def _result(
        self, record: Record, resources: list[Resource], found: list[tuple[int, int, tuple[int, ...], str, Row]]
    ) -> RecordResult:
        clashes: list[int] = []
        if len(resources) > 1:
            resources = settle(resources, self._merges, lambda resource: clashes.append(resource.rule))
        findings = list(record.findings)
        for _, order, path, code in sorted({(number, order, path, code) for number, order, path, code, _ in found}):
            findings.append(self._places.finding(code, order, self._data(record, order, path)))
        for number in sorted(set(clashes)):
            rule = self._plan.rules[number]
            findings.append(self._places.finding("D402", rule.order, self._data(record, rule.order, (1,))))
        failed = any(costs_record(finding.code) for finding in findings)
        return RecordResult(() if failed else tuple(resources), tuple(findings), failed)

    def _data(self, record: Record, order: int, path: tuple[int, ...]) -> DataPlace:
        field = self._places.field(order, path[-1] if len(path) > 1 else None)
        return DataPlace(record.file, record.number, field, record.offset, record.length)


def _rows(root: Row, path: tuple[str, ...]) -> Iterator[Row]:
    """The rows of a context, in order."""
    if not path:
        yield root
        return
    for child in root.children.get(path[0], ()):
        yield from _rows(child, path[1:])


def _path(row: Row) -> tuple[int, ...]:
    """The numbers of a row and of the rows that it stands in, outermost first."""
    numbers = [row.number]
    while row.parent is not None:
        row = row.parent
        numbers.append(row.number)
    return tuple(reversed(numbers))
