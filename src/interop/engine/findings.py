"""Findings of a record: a place in the plan and a row of the record, as a `Finding` that a person can act on."""

from __future__ import annotations

from functools import cached_property

from interop.errors import CODES, DataPlace, Finding, Severity
from interop.plan import model as plan
from interop.plan.walk import columns_of, condition_values, nodes, own_values, value_parts


def costs_record(code: str) -> bool:
    """Whether a finding of this code fails the record."""
    return CODES[code].severity is Severity.ERROR


class FindingPlaces:
    """For each `order` of a plan: the rule, the element, the line of the package, and the source field."""

    def __init__(self, compiled: plan.Plan) -> None:
        self._plan = compiled

    @cached_property
    def _fields(self) -> dict[int, str]:
        return _fields(self._plan)

    def finding(self, code: str, order: int, data: DataPlace) -> Finding:
        """The finding at a place of the data."""
        return Finding(code, data=data, target=self._plan.targets[order], rule=self._plan.places[order])

    def field(self, order: int, number: int | None = None) -> str:
        """The source column that a place of the plan reads first, with the number of its row in a child context."""
        name = self._fields.get(order, "")
        return name if number is None else f"{name}[{number}]"


def _fields(compiled: plan.Plan) -> dict[int, str]:
    found: dict[int, str] = {}

    def note(value: plan.Value, order: int | None = None) -> None:
        column = next((part.name for part in columns_of(iter([value])) if isinstance(part, plan.Column)), "")
        if order is not None and column:
            found.setdefault(order, column)
        for part in value_parts(value):
            if isinstance(part, plan.Stepped):
                inner = next((c.name for c in columns_of(iter([part])) if isinstance(c, plan.Column)), "")
                if inner:
                    found.setdefault(part.order, inner)

    for rule in compiled.rules:
        for value in condition_values(rule.when) if rule.when is not None else ():
            note(value)
        for value in rule.key if rule.id is None else (rule.id,):
            note(value, rule.order)
        for node in nodes(rule.body):
            order = node.order if isinstance(node, plan.Primitive | plan.Coded | plan.PeriodEnd) else None
            for value in own_values(node):
                note(value, order)
    return found
