"""Rules that say the same in other contexts: one of them is compiled, the others are that one with other columns.

`$for` of a clinician names dozens of fields: the rules of these differ in the columns that they read, in the rules that
they refer to, and in nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from interop.errors import Place
from interop.plan import model as plan
from interop.plan.scope import Scope
from interop.spec import tree

T = TypeVar("T")

_BARE = (str, bool, int, Place, type(None))


@dataclass(slots=True)
class Likeness:
    """How a rule differs from one before it: its columns and its references, each by the other rule's."""

    first: str
    columns: dict[plan.Column, plan.Column] = field(default_factory=dict)
    rules: dict[str, str] = field(default_factory=dict)


def likeness(
    one: tree.Rule, other: tree.Rule, scopes: tuple[Scope, Scope], rules: Mapping[str, tree.Rule]
) -> Likeness | None:
    """How the second rule differs from the first; None when that is more than columns and references.

    Args:
        one: The rule before.
        other: The rule.
        scopes: What paths mean in each.
        rules: All rules by name.
    """
    compared = _Comparison(Likeness(one.name), scopes, rules)
    pairs = ((one.body, other.body), (one.key, other.key), (one.when, other.when), (one.id, other.id))
    same = (one.resource, one.unique, one.merge, one.place) == (other.resource, other.unique, other.merge, other.place)
    return compared.found if same and all(compared.alike(*pair) for pair in pairs) else None


class _Comparison:
    """Two trees side by side."""

    def __init__(self, found: Likeness, scopes: tuple[Scope, Scope], rules: Mapping[str, tree.Rule]) -> None:
        self.found = found
        self._scopes = scopes
        self._rules = rules
        self._back: dict[plan.Column, plan.Column] = {}

    def alike(self, one: object, other: object) -> bool:
        if isinstance(one, _BARE):
            return one == other
        if type(one) is not type(other):
            return False
        match one, other:
            case tuple(), tuple():
                return len(one) == len(other) and all(map(self.alike, one, other))
            case dict(), dict():
                return one == other
            case tree.Path(), tree.Path():
                return self._read_alike(one, other)
            case tree.Ref(), tree.Ref():
                if not self._refer_alike(one, other):
                    return False
                return self.alike(one.when, other.when) and self.alike(one.members, other.members)
            case tree.Item(each=str()), _:
                return False
        return all(self.alike(getattr(one, name), getattr(other, name)) for name in type(one).__slots__)  # type: ignore[attr-defined]

    def _read_alike(self, one: tree.Path, other: tree.Path) -> bool:
        """Each column of the first stands for one of the second, and the other way round."""
        here, there = self._scopes[0].resolve(one), self._scopes[1].resolve(other)
        if not isinstance(here, plan.Column) or not isinstance(there, plan.Column):
            return here == there
        return self.found.columns.setdefault(here, there) == there and self._back.setdefault(there, here) == here

    def _refer_alike(self, one: tree.Ref, other: tree.Ref) -> bool:
        if one.each is not None or other.each is not None or one.place != other.place:
            return False
        targets = self._rules[one.rule], self._rules[other.rule]
        ups = [scope.names.index(rule.context) for scope, rule in zip(self._scopes, targets, strict=True)]
        if ups[0] != ups[1] or targets[0].resource != targets[1].resource:
            return False
        return self.found.rules.setdefault(one.rule, other.rule) == other.rule


def moved(rule: plan.Rule, how: Likeness, shift: int, number: int, name: str, context: plan.Context) -> plan.Rule:
    """A compiled rule with other columns and references, `shift` added to its orders."""
    mover = _Mover(how, shift)
    return replace(
        rule,
        number=number,
        name=name,
        context=context.name,
        root=context.root,
        when=mover.move(rule.when),
        key=mover.move(rule.key),
        id=mover.move(rule.id),
        body=mover.move(rule.body),
        order=rule.order + shift,
    )


class _Mover:
    def __init__(self, how: Likeness, shift: int) -> None:
        self._how = how
        self._shift = shift

    def move(self, part: T) -> T:
        """Any part of a rule: what holds neither column, reference nor order stays the same object."""
        if isinstance(part, plan.Column):
            return self._how.columns[part]  # type: ignore[return-value]
        if isinstance(part, tuple):
            parts = [self.move(inner) for inner in part]
            return tuple(parts) if any(a is not b for a, b in zip(parts, part, strict=True)) else part  # type: ignore[return-value]
        if type(part) not in _MOVING:
            return part
        changes: dict[str, object] = {}
        for name in type(part).__slots__:  # type: ignore[attr-defined]
            value = getattr(part, name)
            if name == "order":
                changes[name] = value + self._shift
            elif name == "rule":
                changes[name] = self._how.rules[value]
            elif name not in _STILL and (made := self.move(value)) is not value:
                changes[name] = made
        return replace(part, **changes) if changes else part  # type: ignore[type-var]


_MOVING = frozenset((
    plan.Template, plan.Choice, plan.Stepped, plan.Test, plan.Compare, plan.Not, plan.All, plan.Some,
    plan.Primitive, plan.Coded, plan.Guard, plan.Member, plan.Required, plan.Exclusive, plan.Object, plan.Item,
    plan.Array, plan.Reference, plan.Position, plan.First, plan.PeriodEnd, plan.Fused,
))  # fmt: skip
_STILL = frozenset(("place", "target", "apply", "check", "translate", "holds", "args", "name", "type"))
