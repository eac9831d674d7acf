"""Mark the objects that read nothing of the record: these are never null."""

from __future__ import annotations

from dataclasses import replace

from interop.plan import model as plan
from interop.plan.walk import reads_record, rewrite


def mark_presence(compiled: plan.Plan) -> plan.Plan:
    """Sets `reads` of every object."""

    def mark(node: plan.Node) -> plan.Node:
        return replace(node, reads=reads_record(node)) if isinstance(node, plan.Object) else node

    rules = []
    for rule in compiled.rules:
        members = tuple(replace(member, node=rewrite(member.node, mark)) for member in rule.body.members)
        rules.append(replace(rule, body=replace(rule.body, members=members, reads=False)))
    return replace(compiled, rules=tuple(rules))
