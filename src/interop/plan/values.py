"""Values and conditions of the language, resolved for the plan."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from operator import eq, ge, gt, le, lt

from interop.plan import model as plan
from interop.plan.functions import Functions
from interop.plan.numbering import Numbering
from interop.plan.scope import Scope
from interop.plan.text_tests import Equals, Matching, OneOf
from interop.spec import tree
from interop.values.numbers import decimal as read_decimal

NULL = plan.Choice(())
_ORDERINGS: dict[str, Callable[[object, object], bool]] = {"=": eq, "<": lt, "<=": le, ">": gt, ">=": ge}  # type: ignore[dict-item]


class Values:
    """Turns the tree's values and conditions into the plan's, with the numbers of one rule."""

    def __init__(self, functions: Functions, numbering: Numbering) -> None:
        self._functions = functions
        self._numbering = numbering

    def value(self, value: tree.Value, scope: Scope, target: str) -> plan.Value:
        """The value with its paths resolved and its steps built."""
        if isinstance(value, tree.Path):  # most of all
            return scope.resolve(value) or NULL
        if isinstance(value, tree.Piped):
            found = self.value(value.source, scope, target)
            for call in value.steps:
                order = self._numbering.add(target, call.place)
                found = plan.Stepped(found, call.name, call.args, self._functions.apply(call), order, call.place)
            return found
        if isinstance(value, tree.Constant):
            return plan.Constant(value.text)
        if isinstance(value, tree.Choice):
            return plan.Choice(tuple([self.value(option, scope, target) for option in value.options]))
        return plan.Template(
            tuple([plan.Constant(p) if isinstance(p, str) else self.value(p, scope, target) for p in value.parts])
        )

    def condition(self, condition: tree.Condition, scope: Scope, target: str) -> plan.Condition:
        """The condition with its paths resolved."""
        if isinstance(condition, tree.Exists):  # most of all
            return plan.Test(self.value(condition.left, scope, target), plan.present, "exists")
        if isinstance(condition, tree.And):
            return plan.All(tuple([self.condition(inner, scope, target) for inner in condition.conditions]))
        if isinstance(condition, tree.Or):
            return plan.Some(tuple([self.condition(inner, scope, target) for inner in condition.conditions]))
        if isinstance(condition, tree.Not):
            return plan.Not(self.condition(condition.condition, scope, target))
        if isinstance(condition, tree.Compare):
            return self._compared(condition, scope, target)
        left = self.value(condition.left, scope, target)
        if isinstance(condition, tree.In):
            words = "in (" + ", ".join(f"'{value}'" for value in condition.values) + ")"
            return plan.Test(left, OneOf(frozenset(condition.values)), words)
        return plan.Test(left, Matching(condition.pattern), f"matches '{condition.pattern}'")

    def _compared(self, condition: tree.Compare, scope: Scope, target: str) -> plan.Condition:
        op, right = condition.op, condition.right
        if op == "!=":
            return plan.Not(self._compared(tree.Compare(condition.left, "=", right, condition.numeric), scope, target))
        value = self.value(condition.left, scope, target)
        if isinstance(right, tree.Constant):
            text = right.text if condition.numeric else f"'{right.text}'"
            return plan.Test(value, _against(op, right.text, condition.numeric), f"{op} {text}")
        return plan.Compare(value, self.value(right, scope, target), _ORDERINGS[op], op)


def _against(op: str, right: str, numeric: bool) -> Callable[[str], bool]:
    """A test of a text against a literal."""
    ordering = _ORDERINGS[op]
    if not numeric:
        return Equals(right) if op == "=" else lambda left: ordering(left, right)
    bound = Decimal(right)

    def holds(left: str) -> bool:
        number = read_decimal(left)
        return isinstance(number, str) and ordering(Decimal(number), bound)

    return holds
