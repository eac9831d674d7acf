"""Projection: the columns of each context that some rule reads. The readers shred nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from interop.plan import model as plan
from interop.plan.walk import columns_of, condition_values, nodes, own_values


def project_columns(compiled: plan.Plan) -> plan.Plan:
    """Sets `reads`. A context that a rule or list opens is there even when no column of it is read;
    a context of numbered columns always has the numbers, since findings name them.
    """
    found: dict[str, dict[str, None]] = {}

    def opened(context: str) -> None:
        for name in compiled.path(context):
            found.setdefault(name, {"#": None} if compiled.contexts[name].numbered else {})

    for rule in compiled.rules:
        opened(rule.context)
        for node in nodes(rule.body):
            if isinstance(node, plan.Array):
                for item in node.items:
                    if item.each is not None:
                        opened(item.each.context)
        for column in columns_of(rule_values(rule)):
            if isinstance(column, plan.Column):
                found.setdefault(column.context, {})[column.name] = None
    reads = {context: tuple(sorted(names)) for context, names in sorted(found.items())}
    return replace(compiled, reads=reads)


def rule_values(rule: plan.Rule) -> Iterator[plan.Value]:
    """Every value that a rule reads: its condition, its key, its body."""
    if rule.when is not None:
        yield from condition_values(rule.when)
    yield from rule.key
    if rule.id is not None:
        yield rule.id
    for node in nodes(rule.body):
        yield from own_values(node)
