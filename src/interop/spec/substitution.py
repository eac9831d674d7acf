"""A part's values in the place where it is used: parameters become arguments, paths get their prefix.

A null value is `Choice(())`, a condition that is always true `And(())`, one that is never true `Or(())`. Whatever an
argument decides is decided here: a template of constants is a constant, a comparison of constants is true or false.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation

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


@dataclass(frozen=True, slots=True)
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
        case Constant():
            return value
        case Path():
            return _path(value, scope)
        case Template(parts):
            return _template(part if isinstance(part, str) else substitute(part, scope) for part in parts)
        case Piped(source, steps):
            source = substitute(source, scope)
            if source == NULL:
                return NULL
            return Piped(source.source, source.steps + steps) if isinstance(source, Piped) else Piped(source, steps)
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
            return FALSE if left == NULL else TRUE if isinstance(left, Constant) else Exists(left)
        case In(left, values):
            left = substitute(left, scope)
            if isinstance(left, Constant):
                return TRUE if left.text in values else FALSE
            return FALSE if left == NULL else In(left, values)
        case Matches(left, pattern):
            left = substitute(left, scope)
            return FALSE if left == NULL else Matches(left, pattern)
        case Not(inner):
            return _not(substitute_condition(inner, scope), Not)
        case And(conditions):
            return _all([substitute_condition(inner, scope) for inner in conditions])
        case Or(conditions):
            return _some([substitute_condition(inner, scope) for inner in conditions])


def _path(path: Path, scope: Scope) -> Value:
    if len(path.parts) == 1 and path.parts[0].removesuffix(DELETED) in scope.arguments:
        return _argument(path, scope)
    if path.relative:
        return _from_base(path, scope.base) if scope.base else path
    if not scope.prefix or path.parts[0] in ("file", "record") or path.parts[-1] == "#":
        return path
    *contexts, prefix = scope.prefix.split(".")
    *before, name = path.parts
    return replace(path, parts=(*contexts, *before, prefix + name))


def _argument(path: Path, scope: Scope) -> Value:
    name = path.parts[0]
    value = scope.arguments[name.removesuffix(DELETED)]
    if not name.endswith(DELETED):
        return value
    return replace(value, parts=(*value.parts[:-1], value.parts[-1] + DELETED)) if isinstance(value, Path) else NULL


def _from_base(path: Path, base: tuple[str, ...]) -> Value:
    """`CX.4.2` from a field or a component. A message has no level below the subcomponent: null, but for its first."""
    if base == NOWHERE:
        return NULL
    deleted = DELETED if path.parts[-1].endswith(DELETED) else ""
    rest = (*path.parts[:-1], path.parts[-1].removesuffix(DELETED))[1:]
    field = next((number for number, part in enumerate(base) if "-" in part and part[0].isupper()), 0)
    components = [*base[field + 1 :], *rest]
    while len(components) > MAX_COMPONENTS and components[-1] == "1":
        components.pop()
    if len(components) > MAX_COMPONENTS:
        return NULL
    *before, last = (*base[: field + 1], *components)
    return replace(path, parts=(*before, last + deleted), relative="-" not in base[field])


def _template(parts: Iterable[str | Value]) -> Value:
    merged: list[str | Value] = []
    for part in parts:
        if part == NULL:
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
    if NULL in (left, right):
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
    if inner in (TRUE, FALSE):
        return FALSE if inner == TRUE else TRUE
    if written is Compare and isinstance(inner, Compare):
        return replace(inner, op="!=")
    return Not(inner)


def _all(conditions: list[Condition]) -> Condition:
    if FALSE in conditions:
        return FALSE
    left = tuple(condition for condition in conditions if condition != TRUE)
    return left[0] if len(left) == 1 else And(left)


def _some(conditions: list[Condition]) -> Condition:
    if TRUE in conditions:
        return TRUE
    left = tuple(condition for condition in conditions if condition != FALSE)
    return left[0] if len(left) == 1 else Or(left)
