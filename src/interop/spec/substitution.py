"""A part's values in the place where it is used: parameters become arguments, paths get their prefix.

A null value is `Choice(())`, a condition that is always true `And(())`, one that is never true `Or(())`. Whatever an
argument decides is decided here: a template of constants is a constant, a comparison of constants is true or false.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from interop.immutable import immutable
from interop.spec.path_grammar import DELETED
from interop.spec.tree import (
    And,
    Choice,
    Compare,
    Condition,
    Constant,
    Exists,
    In,
    Matches,
    Not,
    Or,
    Path,
    Piped,
    Template,
    Value,
)

NULL = Choice(())
NOWHERE = ("",)
MAX_COMPONENTS = 2  # below a field: component, subcomponent
TRUE = And(())
FALSE = Or(())


def is_null(value: object) -> bool:
    """Whether a value is `NULL`, without the cost of comparing dataclasses; so the two below."""
    return isinstance(value, Choice) and not value.options


def is_true(condition: object) -> bool:
    return isinstance(condition, And) and not condition.conditions


def is_false(condition: object) -> bool:
    return isinstance(condition, Or) and not condition.conditions


@immutable()
class Scope:
    """What names mean at one place: in a rule all is empty.

    Args:
        arguments: Parameter → its value, in the terms of the rule.
        prefix: `$from`: what stands before the names of columns; up to its last dot, a context.
        base: `$from` of messages, or the field of `$each` or `$for`: what `CX.4.2` starts from; `NOWHERE`: null.
        parts: The parts around this place, outermost first.
    """

    arguments: Mapping[str, Value] = field(default_factory=dict)
    prefix: str = ""
    base: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()

    @property
    def plain(self) -> bool:
        return not self.arguments and not self.prefix and not self.base


def substitute(value: Value, scope: Scope) -> Value:
    """The value with arguments and prefix put in, and simplified."""
    match value:
        case Path():
            return _path(value, scope)
        case Constant():
            return value
        case Template(parts):
            return _template(part if isinstance(part, str) else substitute(part, scope) for part in parts)
        case Piped(source, steps):
            made = substitute(source, scope)
            if made is source:
                return value
            if is_null(made):
                return NULL
            return Piped(made.source, made.steps + steps) if isinstance(made, Piped) else Piped(made, steps)
        case Choice(options):
            return _choice(substitute(option, scope) for option in options)


def substitute_condition(condition: Condition, scope: Scope) -> Condition:
    """The condition with arguments and prefix put in, and simplified."""
    match condition:
        case Compare(left, "!=", right, numeric):
            return _not(substitute_condition(Compare(left, "=", right, numeric), scope), Compare)
        case Compare(left, op, right, numeric):
            return _compare(Compare(substitute(left, scope), op, substitute(right, scope), numeric))
        case Exists(left):
            left = substitute(left, scope)
            return FALSE if is_null(left) else TRUE if isinstance(left, Constant) else Exists(left)
        case In(left, values):
            left = substitute(left, scope)
            if isinstance(left, Constant):
                return TRUE if left.text in values else FALSE
            return FALSE if is_null(left) else In(left, values)
        case Matches(left, pattern):
            left = substitute(left, scope)
            return FALSE if is_null(left) else Matches(left, pattern)
        case Not(inner):
            return _not(substitute_condition(inner, scope), Not)
        case And(conditions):
            return _all([substitute_condition(inner, scope) for inner in conditions])
        case Or(conditions):
            return _some([substitute_condition(inner, scope) for inner in conditions])


def _path(path: Path, scope: Scope) -> Value:
    if len(path.parts) == 1 and scope.arguments and path.parts[0].removesuffix(DELETED) in scope.arguments:
        return _argument(path, scope)
    if path.relative:
        if not scope.base:
            return path
        parts, relative = _from_base(path.parts, scope.base)
        return Path(parts, path.place, relative) if parts else NULL
    if not scope.prefix or path.parts[0] in ("file", "record") or path.parts[-1] == "#":
        return path
    *contexts, prefix = scope.prefix.split(".")
    *before, name = path.parts
    return Path((*contexts, *before, prefix + name), path.place)


def _argument(path: Path, scope: Scope) -> Value:
    name = path.parts[0]
    value = scope.arguments[name.removesuffix(DELETED)]
    if not name.endswith(DELETED):
        return value
    return replace(value, parts=(*value.parts[:-1], value.parts[-1] + DELETED)) if isinstance(value, Path) else NULL


@lru_cache(maxsize=16384)
def _from_base(parts: tuple[str, ...], base: tuple[str, ...]) -> tuple[tuple[str, ...], bool]:
    """`CX.4.2` from a field or a component, and whether it is relative still; no parts for null.

    A message has no level below the subcomponent: null, but for its first.
    """
    if base == NOWHERE:
        return (), False
    deleted = DELETED if parts[-1].endswith(DELETED) else ""
    rest = (*parts[:-1], parts[-1].removesuffix(DELETED))[1:]
    field = next((number for number, part in enumerate(base) if "-" in part and part[0].isupper()), 0)
    components = [*base[field + 1 :], *rest]
    while len(components) > MAX_COMPONENTS and components[-1] == "1":
        components.pop()
    if len(components) > MAX_COMPONENTS:
        return (), False
    *before, last = (*base[: field + 1], *components)
    return (*before, last + deleted), "-" not in base[field]


def _template(parts: Iterable[str | Value]) -> Value:
    merged: list[str | Value] = []
    for part in parts:
        if is_null(part):
            return NULL
        piece = part.text if isinstance(part, Constant) else part
        if isinstance(piece, str) and merged and isinstance(merged[-1], str):
            merged[-1] += piece
        else:
            merged.append(piece)
    if len(merged) == 1 and isinstance(merged[0], str):
        return Constant(merged[0])
    return Template(tuple(merged))


def _choice(options: Iterable[Value]) -> Value:
    flat: list[Value] = []
    for option in options:
        flat += option.options if isinstance(option, Choice) else (option,)
    for number, option in enumerate(flat):
        if isinstance(option, Constant):  # what stands after a constant is never reached
            del flat[number + 1 :]
            break
    return flat[0] if len(flat) == 1 else Choice(tuple(flat))


def _compare(compare: Compare) -> Condition:
    left, right = compare.left, compare.right
    if is_null(left) or is_null(right):
        return FALSE
    if not (isinstance(left, Constant) and isinstance(right, Constant)):
        return compare
    if compare.numeric:
        try:
            numbers = Decimal(left.text), Decimal(right.text)
        except InvalidOperation:
            return FALSE
        if not numbers[0].is_finite():
            return FALSE
        order = (numbers[0] > numbers[1]) - (numbers[0] < numbers[1])
    else:
        order = (left.text > right.text) - (left.text < right.text)
    signs = {"=": (0,), "<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (0, 1)}
    return TRUE if order in signs[compare.op] else FALSE


def _not(inner: Condition, written: type[Compare | Not]) -> Condition:
    if is_true(inner) or is_false(inner):
        return FALSE if is_true(inner) else TRUE
    if written is Compare and isinstance(inner, Compare):
        return replace(inner, op="!=")
    return Not(inner)


def _all(conditions: list[Condition]) -> Condition:
    if any(map(is_false, conditions)):
        return FALSE
    left = tuple([condition for condition in conditions if not is_true(condition)])
    return left[0] if len(left) == 1 else And(left)


def _some(conditions: list[Condition]) -> Condition:
    if any(map(is_true, conditions)):
        return TRUE
    left = tuple([condition for condition in conditions if not is_false(condition)])
    return left[0] if len(left) == 1 else Or(left)
