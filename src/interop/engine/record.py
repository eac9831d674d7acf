"""One record through the row executor: all rules of its kind, in order."""

from __future__ import annotations

from collections.abc import Callable

from interop.engine.findings import FindingPlaces, costs_record
from interop.engine.merge import settle
from interop.engine.needs import NodeNeeds, rule_needs
from interop.engine.result import RecordResult, Resource
from interop.engine.row_values import Run, Test, compile_condition
from interop.engine.rows import NodeCompiler
from interop.errors import DataPlace, Finding
from interop.immutable import immutable
from interop.limits import FIXED
from interop.plan import model as plan
from interop.readers.protocol import Record, Row
from interop.spec.collection import uncollected

IDS = FIXED.record_ids


@immutable()
class _CompiledRule:
    rule: plan.Rule
    when: Test | None
    identity: Callable[[Row, Run], str | None]
    members: Callable[[Row, Run], tuple[dict[str, str], bool]]
    start: str


class RowExecutor:
    """A plan, ready to convert one record after another. Holds no state between records.

    A rule is compiled when its context has the first row, so that one message does not pay for the contexts of others.
    """

    def __init__(self, compiled: plan.Plan) -> None:
        self._plan = compiled
        self._merges = [rule.merge for rule in compiled.rules]
        self._nodes = NodeCompiler(compiled, NodeNeeds(compiled))
        self._needs = [rule_needs(rule) for rule in compiled.rules]
        self._numbers: dict[str, list[int]] = {}  # context → its rules
        self._walked = _walked(compiled)
        for rule in compiled.rules:
            self._numbers.setdefault(rule.context, []).append(rule.number)
        self._made: dict[int, _CompiledRule] = {}  # rules that have been compiled
        self._places = FindingPlaces(compiled)

    def convert(self, record: Record) -> RecordResult:
        """The resources and findings of one record. A finding of severity error leaves no resource.

        A record that could not be read as a whole is not converted: what it lacks would only be found again.
        """
        if any(costs_record(finding.code) for finding in record.findings):
            return RecordResult((), tuple(record.findings), failed=True)
        lacks = record.lacks
        run = Run(record.file_values, record.number, lacks=lacks)
        resources: list[Resource] = []
        found: list[tuple[int, int, tuple[int, ...], str]] = []
        opened = self._rows(record)
        for number in sorted([number for context in opened for number in self._numbers.get(context, ())]):
            if lacks is not None and lacks(self._needs[number]):
                continue
            made = self._made.get(number) or self._compile(number)
            for row in opened[made.rule.context]:
                run.found = []
                resource = self._build(made, row, run)
                if resource is not None:
                    resources.append(resource)
                if run.found:
                    found.extend((number, order, _path(at), code) for order, at, code in run.found)
            if len(run.ids) > IDS:
                run.ids.clear()
        return self._result(record, resources, found)

    def _rows(self, record: Record) -> dict[str, list[Row]]:
        """The rows of each context that rules build for and that has some, in order.

        Children are asked for by name: a reader may read them at first sight.
        """
        opened = {record.root: [record.row]}
        for context in self._walked:
            parent = self._plan.contexts[context].parent
            above = opened.get(parent) if parent is not None else None
            if above:
                rows = [child for row in above for child in row.children.get(context, ())]
                if rows:
                    opened[context] = rows
        return opened

    @uncollected()
    def _compile(self, number: int) -> _CompiledRule:
        rule = self._plan.rules[number]
        made = self._made[number] = _CompiledRule(
            rule,
            compile_condition(rule.when) if rule.when is not None else None,
            self._nodes.id_of(rule),
            self._nodes.members(rule.body, rule.lists),
            f'{{"resourceType":"{rule.resource}","id":"',
        )
        return made

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
        self, record: Record, resources: list[Resource], found: list[tuple[int, int, tuple[int, ...], str]]
    ) -> RecordResult:
        clashes: list[int] = []
        if len(resources) > 1:
            resources = settle(resources, self._merges, lambda resource: clashes.append(resource.rule))
        findings = list(record.findings)
        for rule, order, path, code in sorted(set(found)):
            findings.append(self._finding(code, rule, order, record, path))
        for number in sorted(set(clashes)):
            findings.append(self._finding("D402", number, self._plan.rules[number].order, record, (1,)))
        failed = any(costs_record(finding.code) for finding in findings)
        return RecordResult(() if failed else tuple(resources), tuple(findings), failed)

    def _finding(self, code: str, rule: int, order: int, record: Record, path: tuple[int, ...]) -> Finding:
        field = self._places.field(rule, order, path[-1] if len(path) > 1 else None)
        return self._places.finding(
            code, rule, order, DataPlace(record.file, record.number, field, record.offset, record.length)
        )


def _walked(compiled: plan.Plan) -> tuple[str, ...]:
    """The contexts that rules build for, and those around them, a context after the one that it stands in."""
    found = {name: None for rule in compiled.rules for name in compiled.path(rule.context)}
    return tuple(sorted(found, key=lambda name: compiled.contexts[name].depth))


def _path(row: Row) -> tuple[int, ...]:
    """The numbers of a row and of the rows that it stands in, outermost first."""
    numbers = [row.number]
    while row.parent is not None:
        row = row.parent
        numbers.append(row.number)
    return tuple(reversed(numbers))
