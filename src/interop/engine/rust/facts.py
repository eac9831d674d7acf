"""What the compiled executor asks of a plan when it reads it."""

from __future__ import annotations

from collections.abc import Sequence

from interop.engine.columns.native_tests import shared_pattern
from interop.engine.columns.repeats import rules_sharing_ids
from interop.engine.merge import settle
from interop.engine.result import Resource
from interop.plan import model as plan


class PlanFacts:
    """Facts of a plan."""

    def __init__(self, compiled: plan.Plan) -> None:
        self._sharing = rules_sharing_ids(compiled)
        self._rules = compiled.rules

    def shares(self, rule: int) -> bool:
        """Whether a rule may build an id twice within a record, or one that another rule builds."""
        return rule in self._sharing

    def pattern(self, pattern: str) -> str | None:
        """A pattern of the whole text that Rust reads as RE2 does; None for another."""
        return shared_pattern(pattern)

    def settled(self, contents: Sequence[tuple[int, str]]) -> tuple[str, list[int]]:
        """Several contents of one id, each with its rule, as one; and the rules of those that clash."""
        lost: list[int] = []
        resources = [Resource(rule, self._rules[rule].resource, "", text) for rule, text in contents]
        merges = [rule.merge for rule in self._rules]
        (kept,) = settle(resources, merges, lambda resource: lost.append(resource.rule))
        return kept.text, lost
