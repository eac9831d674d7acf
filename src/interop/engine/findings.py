"""Findings of a record: a place in the plan and a row of the record, as a `Finding` that a person can act on."""

from __future__ import annotations

from interop.errors import CODES, DataPlace, Finding, Severity
from interop.plan import model as plan
from interop.plan.walk import columns_of, condition_values, nodes, own_values, value_parts


def costs_record(code: str) -> bool:
    """Whether a finding of this code fails the record."""
    return CODES[code].severity is Severity.ERROR


class FindingPlaces:
    """For each `order` of a plan's rules: the element, the line of the package, and the source field.

    Fields are looked up rule by rule, when one of the rule is asked for: most rules of a package never find anything.
    """

    def __init__(self, compiled: plan.Plan) -> None:
        self._plan = compiled
        self._fields: dict[int, dict[int, str]] = {}  # by the rule's number

    def finding(self, code: str, rule: int, order: int, data: DataPlace) -> Finding:
        """The finding of a rule at a place of the data."""
        target, place = self._plan.rules[rule].locate(order)
        return Finding(code, data=data, target=target, rule=place)

    def field(self, rule: int, order: int, number: int | None = None) -> str:
        """The source column that a place of a rule reads first, with the number of its row in a child context."""
        if rule not in self._fields:
            self._fields[rule] = _fields(self._plan.rules[rule])
        name = self._fields[rule].get(order, "")
        return name if number is None else f"{name}[{number}]"


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
