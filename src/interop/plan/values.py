"""Values and conditions of the language, resolved for the plan."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from operator import eq, ge, gt, le, lt

from interop.errors import Place
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
        match value:
            case tree.Path():
                return scope.resolve(value) or NULL
            case tree.Constant(text):
                return plan.Constant(text)
            case tree.Template(parts):
                return plan.Template(
                    tuple([plan.Constant(p) if isinstance(p, str) else self.value(p, scope, target) for p in parts])
                )
            case tree.Choice(options):
                return plan.Choice(tuple([self.value(option, scope, target) for option in options]))
            case tree.Piped(source, steps):
                found = self.value(source, scope, target)
                for call in steps:
                    order = self._numbering.add(target, call.place)
                    found = plan.Stepped(found, call.name, call.args, self._functions.apply(call), order, call.place)
                return found

    def condition(self, condition: tree.Condition, scope: Scope, target: str, place: Place) -> plan.Condition:
        """The condition with its paths resolved."""
        match condition:
            case tree.Exists(left):
                return plan.Test(self.value(left, scope, target), plan.present, "exists")
            case tree.In(left, values):
                words = "in (" + ", ".join(f"'{value}'" for value in values) + ")"
                return plan.Test(self.value(left, scope, target), OneOf(frozenset(values)), words)
            case tree.Matches(left, pattern):
                return plan.Test(self.value(left, scope, target), Matching(pattern), f"matches '{pattern}'")
            case tree.Compare(left, "!=", right, numeric):
                return plan.Not(self.condition(tree.Compare(left, "=", right, numeric), scope, target, place))
            case tree.Compare(left, op, right, numeric):
                value = self.value(left, scope, target)
                if isinstance(right, tree.Constant):
                    text = right.text if numeric else f"'{right.text}'"
                    return plan.Test(value, _against(op, right.text, numeric), f"{op} {text}")
                return plan.Compare(value, self.value(right, scope, target), _ORDERINGS[op], op)
            case tree.Not(inner):
                return plan.Not(self.condition(inner, scope, target, place))
            case tree.And(inner):
                return plan.All(tuple([self.condition(c, scope, target, place) for c in inner]))
            case tree.Or(inner):
                return plan.Some(tuple([self.condition(c, scope, target, place) for c in inner]))


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
