"""What the compiled executor asks of a plan's nodes when it reads them."""

from __future__ import annotations

from collections.abc import Sequence

from interop.engine.columns.native_tests import native_pattern
from interop.engine.columns.repeats import rules_sharing_ids
from interop.engine.merge import settle
from interop.engine.needs import Needs, NodeNeeds, rule_needs
from interop.engine.result import Resource
from interop.plan import model as plan
from interop.plan.walk import falls_back, nodes, own_values, reads_record, value_parts


class PlanFacts:
    """Facts of a plan's nodes."""

    def __init__(self, compiled: plan.Plan) -> None:
        self._needs = NodeNeeds(compiled)
        self._sharing = rules_sharing_ids(compiled)
        self._rules = compiled.rules
        self._resources = {rule.name: rule.resource for rule in compiled.rules}

    def needs(self, node: plan.Node) -> Needs:
        """See `NodeNeeds.of`."""
        return self._needs.of(node)

    def forget(self) -> None:
        """Of a rule that has been read nobody asks again."""
        self._needs.forget()

    def rule_needs(self, rule: plan.Rule) -> Needs:
        """See `needs.rule_needs`."""
        return rule_needs(rule)

    def reads_record(self, node: plan.Node) -> bool:
        """See `walk.reads_record`."""
        return reads_record(node)

    def falls_back(self, value: plan.Value) -> plan.Choice | None:
        """See `walk.falls_back`."""
        return falls_back(value)

    def reads_file(self, node: plan.Node) -> bool:
        """Whether what a node gives hangs on the values of the file."""
        values = (value for inner in nodes(node) for value in own_values(inner))
        return any(isinstance(part, plan.FileValue) for value in values for part in value_parts(value))

    def resource(self, rule: str) -> str:
        """The type that a rule builds."""
        return self._resources[rule]

    def shares(self, rule: int) -> bool:
        """Whether a rule may build an id twice within a record, or one that another rule builds."""
        return rule in self._sharing

    def pattern(self, pattern: str) -> str | None:
        """A pattern of the whole text that Rust reads as RE2 does; None for another."""
        return native_pattern(pattern)

    def settled(self, contents: Sequence[tuple[int, str]]) -> tuple[str, list[int]]:
        """Several contents of one id, each with its rule, as one; and the rules of those that clash."""
        lost: list[int] = []
        resources = [Resource(rule, self._rules[rule].resource, "", text) for rule, text in contents]
        merges = [rule.merge for rule in self._rules]
        (kept,) = settle(resources, merges, lambda resource: lost.append(resource.rule))
        return kept.text, lost
