"""Mark the objects that read nothing of the record: these are never null."""

from __future__ import annotations

from dataclasses import replace

from interop.plan import model as plan
from interop.plan.walk import reads_record, rewrite_bodies, rewrite_members, rewriter


def mark_presence(compiled: plan.Plan) -> plan.Plan:
    """Sets `reads` of every object."""
    return rewrite_bodies(compiled, _mark_body)


def _mark_body(body: plan.Body) -> plan.Body:
    members = rewrite_members(body.node.members, rewriter(_mark))
    return replace(body, node=replace(body.node, members=members, reads=False))


def _mark(node: plan.Node) -> plan.Node:
    if not isinstance(node, plan.Object) or node.reads == (reads := reads_record(node)):
        return node
    return replace(node, reads=reads)
