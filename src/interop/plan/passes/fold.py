"""Fold what is known from the mapping alone into JSON text, and drop what is always null."""

from __future__ import annotations

from dataclasses import replace

from interop.plan import model as plan
from interop.plan.json_text import quote
from interop.plan.walk import rewrite_bodies, rewrite_members, rewriter

NOTHING = plan.First(())
"""A node that is always null."""


def fold_constants(compiled: plan.Plan) -> plan.Plan:
    """Objects and lists of constants become one `Json`; members and items that are always null go."""
    return rewrite_bodies(compiled, _fold_body)


def _fold_body(body: plan.Body) -> plan.Body:
    members = rewrite_members(body.node.members, rewriter(_fold))
    kept = tuple(member for member in members if not _is_nothing(member.node) or member.absent)
    return replace(body, node=replace(body.node, members=kept))


def _is_nothing(node: plan.Node) -> bool:
    return isinstance(node, plan.First) and not node.options


def _fold(node: plan.Node) -> plan.Node:
    match node:
        case plan.Primitive(value=plan.Choice(())) | plan.Coded(value=plan.Choice(())):
            return NOTHING
        case plan.Guard(_, inner) if _is_nothing(inner):
            return NOTHING
        case plan.Object():
            return _fold_object(node)
        case plan.Array():
            return _fold_array(node)
        case plan.First(options):
            kept = tuple(option for option in options if not _is_nothing(option))
            if len(kept) == 1:
                return kept[0]
            return node if len(kept) == len(options) else plan.First(kept)
        case plan.PeriodEnd(start=start, end=end) if _is_nothing(start) or _is_nothing(end):
            return end
    return node


def _fold_object(node: plan.Object) -> plan.Node:
    members = tuple(member for member in node.members if not _is_nothing(member.node) or member.absent)
    if not members:
        return NOTHING
    if not node.reads and not node.required and all(isinstance(member.node, plan.Json) for member in members):
        inside = ",".join(
            f"{quote(member.name)}:{member.node.text}" for member in members if isinstance(member.node, plan.Json)
        )
        return plan.Json("{" + inside + "}", node.place)
    return node if len(members) == len(node.members) else replace(node, members=members)


def _fold_array(node: plan.Array) -> plan.Node:
    items = tuple(item for item in node.items if not _is_nothing(item.node))
    if not items:
        return NOTHING
    known = [item.node for item in items if isinstance(item.node, plan.Json)]
    if node.plain and len(known) == len(items):
        return plan.Json("[" + ",".join(item.text for item in known) + "]", known[0].place)
    return node if len(items) == len(node.items) else replace(node, items=items)
