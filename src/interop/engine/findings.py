"""Findings of a record: a place in the plan and a row of the record, as a `Finding` that a person can act on."""

from __future__ import annotations

from bisect import bisect_right

from interop.errors import CODES, DataPlace, Finding, Severity
from interop.plan import model as plan
from interop.plan.walk import columns_of, condition_values, nodes, own_values, value_parts


def costs_record(code: str) -> bool:
    """Whether a finding of this code fails the record."""
    return CODES[code].severity is Severity.ERROR


class FindingPlaces:
    """For each `order` of a plan: the element, the line of the package, and the source field.

    Fields are looked up rule by rule, when one of the rule is asked for: most rules of a package never find anything.
    """

    def __init__(self, compiled: plan.Plan) -> None:
        self._plan = compiled
        self._starts = [rule.order for rule in compiled.rules]  # a rule's orders follow its own
        self._fields: dict[int, dict[int, str]] = {}  # by the rule's index

    def finding(self, code: str, order: int, data: DataPlace) -> Finding:
        """The finding at a place of the data."""
        return Finding(code, data=data, target=self._plan.targets[order], rule=self._plan.places[order])

    def field(self, order: int, number: int | None = None) -> str:
        """The source column that a place of the plan reads first, with the number of its row in a child context."""
        name = self._field(order)
        return name if number is None else f"{name}[{number}]"

    def _field(self, order: int) -> str:
        nearest = bisect_right(self._starts, order) - 1
        found = self._of(nearest).get(order)
        if found is None and nearest == len(self._starts) - 1:  # a pass gave it, after all the rules had theirs
            found = next((name for index in range(nearest) if (name := self._of(index).get(order))), None)
        return found or ""

    def _of(self, index: int) -> dict[int, str]:
        if index not in self._fields:
            self._fields[index] = _fields(self._plan.rules[index])
        return self._fields[index]


def _fields(rule: plan.Rule) -> dict[int, str]:
    """The columns that the places of a rule read first."""
    found: dict[int, str] = {}

    def note(value: plan.Value, order: int | None = None) -> None:
        column = _first_column(value)
        if order is not None and column:
            found.setdefault(order, column)
        for part in value_parts(value):
            if isinstance(part, plan.Stepped) and (inner := _first_column(part)):
                found.setdefault(part.order, inner)

    for value in condition_values(rule.when) if rule.when is not None else ():
        note(value)
    for value in rule.key if rule.id is None else (rule.id,):
        note(value, rule.order)
    for node in nodes(rule.body):
        order = node.order if isinstance(node, plan.Primitive | plan.Coded | plan.PeriodEnd) else None
        for value in own_values(node):
            note(value, order)
    return found


def _first_column(value: plan.Value) -> str:
    return next((part.name for part in columns_of([value]) if isinstance(part, plan.Column)), "")
