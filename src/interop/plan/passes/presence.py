"""Mark the objects that read nothing of the record: these are never null."""

from __future__ import annotations

from dataclasses import replace

from interop.plan import model as plan
from interop.plan.walk import reads_record, rewrite_members, rewriter


def mark_presence(compiled: plan.Plan) -> plan.Plan:
    """Sets `reads` of every object."""

    def mark(node: plan.Node) -> plan.Node:
        if not isinstance(node, plan.Object) or node.reads == (reads := reads_record(node)):
            return node
        return replace(node, reads=reads)

    rules = []
    for rule in compiled.rules:
        members = rewrite_members(rule.body.members, rewriter(mark))
        rules.append(replace(rule, body=replace(rule.body, members=members, reads=False)))
    return replace(compiled, rules=tuple(rules))
