"""Fold what is known from the mapping alone into JSON text, and drop what is always null."""

from __future__ import annotations

from dataclasses import replace

from interop.plan import model as plan
from interop.plan.json_text import quote
from interop.plan.rewriting import rewrite_bodies, rewrite_members, rewriter

NOTHING = plan.First(())
"""A node that is always null; of those inside what is folded the only one."""


def fold_constants(compiled: plan.Plan) -> plan.Plan:
    """Objects and lists of constants become one `Json`; members and items that are always null go."""
    return rewrite_bodies(compiled, _fold_body)


def _fold_body(body: plan.Body) -> plan.Body:
    members = rewrite_members(body.node.members, _fold)
    return replace(body, node=body.node.having(_staying(members)))


def _staying(members: tuple[plan.Member, ...]) -> tuple[plan.Member, ...]:
    return tuple([member for member in members if member.node is not NOTHING or member.absent is not None])


def _fold_leaf(node: plan.Primitive | plan.Coded) -> plan.Node:
    return NOTHING if isinstance(node.value, plan.Choice) and not node.value.options else node


def _fold_guard(node: plan.Guard) -> plan.Node:
    return NOTHING if node.node is NOTHING else node


def _fold_object(node: plan.Object) -> plan.Node:
    members = _staying(node.members)
    if not members:
        return NOTHING
    if not node.reads and not node.required and all(isinstance(member.node, plan.Json) for member in members):
        inside = ",".join(
            f"{quote(member.name)}:{member.node.text}" for member in members if isinstance(member.node, plan.Json)
        )
        return plan.Json("{" + inside + "}", node.place)
    return node if len(members) == len(node.members) else node.having(members)


def _fold_array(node: plan.Array) -> plan.Node:
    items = tuple([item for item in node.items if item.node is not NOTHING])
    if not items:
        return NOTHING
    known = [item.node for item in items if isinstance(item.node, plan.Json)]
    if node.plain and len(known) == len(items):
        return plan.Json("[" + ",".join(item.text for item in known) + "]", known[0].place)
    return node if len(items) == len(node.items) else replace(node, items=items)


def _fold_first(node: plan.First) -> plan.Node:
    kept = tuple([option for option in node.options if option is not NOTHING])
    if not kept:
        return NOTHING
    if len(kept) == 1:
        return kept[0]
    return node if len(kept) == len(node.options) else plan.First(kept)


def _fold_period(node: plan.PeriodEnd) -> plan.Node:
    return node.end if node.start is NOTHING or node.end is NOTHING else node


_fold = rewriter(
    {
        plan.Primitive: _fold_leaf,
        plan.Coded: _fold_leaf,
        plan.Guard: _fold_guard,
        plan.Object: _fold_object,
        plan.Array: _fold_array,
        plan.First: _fold_first,
        plan.PeriodEnd: _fold_period,
    }
)
