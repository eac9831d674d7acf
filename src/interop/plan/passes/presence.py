"""Mark the objects that read nothing of the record: these are never null."""

from __future__ import annotations

from dataclasses import replace

from interop.plan import model as plan
from interop.plan.rewriting import rewrite_bodies, rewrite_members, rewriter
from interop.plan.walk import reads_record


def mark_presence(compiled: plan.Plan) -> plan.Plan:
    """Sets `reads` of every object."""
    return rewrite_bodies(compiled, _mark_body)


def _mark_body(body: plan.Body) -> plan.Body:
    members = rewrite_members(body.node.members, rewriter({plan.Object: _mark}))
    return replace(body, node=replace(body.node, members=members, reads=False))


def _mark(node: plan.Object) -> plan.Object:
    reads = any(member.when is not None or _reads(member.node) for member in node.members)
    return node if node.reads == reads else replace(node, reads=reads)


def _reads(node: plan.Node) -> bool:
    return node.reads if isinstance(node, plan.Object) else reads_record(node)
