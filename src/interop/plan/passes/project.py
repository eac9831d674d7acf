"""Projection: the columns of each context that some rule reads. The readers shred nothing else."""

from __future__ import annotations

from dataclasses import replace

from interop.plan import model as plan
from interop.plan.walk import children, columns_of, condition_values, own_values


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
        columns = columns_of([*(condition_values(rule.when) if rule.when is not None else ()), *rule.key])
        columns += columns_of([rule.id] if rule.id is not None else ())
        left: list[plan.Node] = [rule.body]
        while left:
            node = left.pop()
            if isinstance(node, plan.Fused):  # nothing else is read in it, and no rows are opened
                columns += () if node.column is None else (node.column,)
                continue
            if isinstance(node, plan.Array):
                for item in node.items:
                    if item.each is not None:
                        opened(item.each.context)
            columns += columns_of(own_values(node))
            left += children(node)
        for column in columns:
            if isinstance(column, plan.Column):
                found.setdefault(column.context, {})[column.name] = None
    reads = {context: tuple(sorted(names)) for context, names in sorted(found.items())}
    return replace(compiled, reads=reads)
