"""Translation by a concept map, with a declared policy for codes that the map does not hold.

The plan decides what the targets become (a code, a Coding, a CodeableConcept), since that depends on the element;
the functions here know text and targets only.
Source: docs/language.md, Elements with code types.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, Protocol, TypeAlias

from interop.immutable import immutable
from interop.values.failure import Failure, Noted, Outcome, Step

Policy: TypeAlias = Literal["find", "omit", "keep", "other", "fail"]
Part: TypeAlias = Literal["code", "display", "system"]


class Target(Protocol):
    """The target of a row of a concept map. An empty `code` says "known, no equivalent"."""

    @property
    def system(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def display(self) -> str: ...


@immutable()
class Kept:
    """A source code that `else keep` lets through, in the map's only target system. It has no display."""

    system: str
    code: str
    display: str = ""


@immutable()
class NotedTargets:
    """Targets (none, for `else omit`) by a miss policy, and the finding that says so."""

    targets: tuple[Target, ...]
    code: str


Rows: TypeAlias = Mapping[str, Sequence[Target]]
"""Source code → its rows, in the order of the file."""

Translation: TypeAlias = tuple[Target, ...] | Failure | NotedTargets
"""An empty tuple: the map knows the code and says that it has no equivalent, which is no finding."""


def miss_fault(rows: Rows, policy: Policy, other: str = "") -> str | None:
    """What is wrong with a miss policy for this map, in words; None when it can be kept."""
    if policy == "keep" and len(_systems(rows)) != 1:
        return "`else keep` needs a map of one target system"
    if policy == "other" and _other(rows, other) is None:
        return "the code after `else =` is not a target code of the map"
    return None


def targets(rows: Rows, policy: Policy = "find", other: str = "") -> Callable[[str], Translation]:
    """The function from a source code to its targets.

    Args:
        rows: The concept map.
        policy: What a code that is not in the map becomes.
        other: For policy `other`: the target code that replaces it.

    Returns:
        A pure function. Targets without a code are left out.

    Errors: C301 to C305, one for each policy.

    Raises:
        ValueError: The policy does not fit the map; `miss_fault` says so beforehand.
    """
    fault = miss_fault(rows, policy, other)
    if fault:
        raise ValueError(fault)
    known = {source: tuple(target for target in row if target.code) for source, row in rows.items()}
    missed = _missed(rows, policy, other)

    def translate(code: str) -> Translation:
        found = known.get(code)
        return missed(code) if found is None else found

    return translate


def translate(rows: Rows, policy: Policy = "find", other: str = "", part: Part = "code") -> Step:
    """The same as a step from text to text: the code, display or system of the first target, for elements of one text.

    Errors: C301 to C305.
    """
    find = targets(rows, policy, other)

    def step(text: str) -> Outcome:
        if not text:
            return None
        found = find(text)
        if isinstance(found, Failure):
            return found
        if isinstance(found, NotedTargets):
            return Noted(_first(found.targets, part), found.code)
        return _first(found, part)

    return step


def _missed(rows: Rows, policy: Policy, other: str) -> Callable[[str], Translation]:
    """What a code becomes that the map does not hold."""
    if policy == "keep":
        (system,) = _systems(rows)
        return lambda code: NotedTargets((Kept(system, code),), "C304")
    outcome: Translation
    match policy:
        case "find":
            outcome = Failure("C301")
        case "fail":
            outcome = Failure("C302")
        case "omit":
            outcome = NotedTargets((), "C303")
        case "other":
            replacement = _other(rows, other)
            outcome = NotedTargets((replacement,) if replacement else (), "C305")
    return lambda _: outcome


def _systems(rows: Rows) -> frozenset[str]:
    return frozenset(target.system for row in rows.values() for target in row if target.code)


def _other(rows: Rows, code: str) -> Target | None:
    """The first target with that code, in the order of the file."""
    return next((target for row in rows.values() for target in row if target.code == code and code), None)


def _first(found: Sequence[Target], part: Part) -> str | None:
    if not found:
        return None
    match part:
        case "code":
            return found[0].code
        case "display":
            return found[0].display or None
        case "system":
            return found[0].system or None
