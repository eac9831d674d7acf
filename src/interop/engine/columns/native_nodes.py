"""Subtrees that need no call for each distinct value: of a column of many, they are put together natively."""

from __future__ import annotations

from interop.engine.columns.native import form_of
from interop.engine.columns.native_tests import is_native_condition
from interop.plan import model as plan


def is_native(node: plan.Node) -> bool:
    """Whether a subtree is made of constants, leaves that have a native form, and native conditions."""
    match node:
        case plan.Json():
            return True
        case plan.Primitive():
            return form_of(node) is not None
        case plan.Guard(condition, inner):
            return is_native_condition(condition) and is_native(inner)
        case plan.Object(members=members):
            return all(
                (member.when is None or is_native_condition(member.when)) and is_native(member.node)
                for member in members
            )
        case plan.Array(items=items, plain=True):
            return all(is_native(item.node) for item in items)
        case plan.First(options):
            return all(map(is_native, options))
    return False
