"""The step `ucum`: whether a text is a unit of UCUM, by its grammar and its table of atoms.

What is checked is the spelling, not whether the unit suits the quantity: `K/uL` is kelvin by microlitre, and passes.
Source: The Unified Code for Units of Measure 2.1, case sensitive form (c/s), sections 2 and 3; `ucum_atoms.txt`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files

from interop.limits import FIXED
from interop.values.codes import Rows, translate
from interop.values.failure import Failure, Outcome, Step
from interop.values.numbers import is_digits

LONGEST = FIXED.unit_length
"""Characters of a unit; longer texts are none."""

_COMPONENT = re.compile(r"(?:\[[^][{}]*\]|\{[^{}]*\}|[^][{}()./])+")
"""Up to the next operator; operators inside square brackets and annotations are part of the name."""


def unit(rows: Rows) -> Step:
    """A unit that the concept map holds becomes its target; another one is kept when it is UCUM.

    Errors: V220 neither.
    """
    mapped = translate(rows)

    def step(text: str) -> Outcome:
        if not text:
            return None
        if text in rows:
            return mapped(text)
        return text if is_unit(text) else Failure("V220")

    return step


def is_unit(text: str) -> bool:
    """Whether the text is a UCUM unit.

    Grammar: components joined by `.` and `/`, a `/` may lead; a component is a number, an annotation `{…}`, a unit with
    its exponent and annotation, or components in parentheses.

    >>> is_unit("10*3/uL"), is_unit("mm[Hg]"), is_unit("mg/dl{creat}"), is_unit("mcg")
    (True, True, True, False)
    """
    if len(text) > LONGEST or not text.isascii() or not text.isprintable() or " " in text:
        return False
    position, depth, complete = int(text[:1] == "/"), 0, False
    while position < len(text):
        character = text[position]
        if complete:
            if character == ")":
                depth -= 1
            elif character not in "./":
                return False
            if depth < 0:
                return False
            complete = character == ")"
            position += 1
        elif character == "(":
            depth += 1
            position += 1
        else:
            found = _COMPONENT.match(text, position)
            if found is None or not _is_component(found[0]):
                return False
            complete = True
            position = found.end()
    return complete and depth == 0


def _is_component(text: str) -> bool:
    """`mL`, `m2`, `s-1`, `10*3`, `100{cells}`, `{score}`."""
    name, brace, annotation = text.partition("{")
    if brace and (len(annotation) < 2 or annotation.find("}") != len(annotation) - 1):
        return False
    if (brace and not name) or is_digits(name) or name in _names():
        return True
    base = name.rstrip("0123456789")
    if len(base) == len(name):
        return False
    return base in _names() or (base[-1:] in ("+", "-") and base[:-1] in _names())


@lru_cache(maxsize=1)
def _names() -> frozenset[str]:
    """All atoms, and the metric ones with each prefix."""
    words: dict[str, list[str]] = {"prefix": [], "metric": [], "other": []}
    for line in files("interop.values").joinpath("ucum_atoms.txt").read_text("ascii").splitlines():
        kind, colon, codes = line.partition(": ")
        if colon and not line.startswith("#"):
            words[kind] += codes.split()
    prefixed = (prefix + atom for prefix in words["prefix"] for atom in words["metric"])
    return frozenset((*words["metric"], *words["other"], *prefixed))
