"""Checks of step arguments, at load: each says in words what is wrong, or gives None.

A *kind* checks one argument; `takes` puts kinds together to the check of a whole step.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from interop.limits import FIXED
from interop.values.booleans import words
from interop.values.formats import format_fault
from interop.values.patterns import compile_pattern

Kind: TypeAlias = Callable[[str], str | None]
Check: TypeAlias = Callable[[tuple[str, ...]], str | None]

WIDEST = FIXED.pad_width
"""Characters that `pad` may reach."""


def takes(*kinds: Kind, optional: int = 0) -> Check:
    """As many arguments as kinds, of which the last `optional` ones may be missing."""
    least, most = len(kinds) - optional, len(kinds)

    def check(arguments: tuple[str, ...]) -> str | None:
        if not least <= len(arguments) <= most:
            return f"takes {_number(least, most)}, not {len(arguments)}"
        faults = (kind(argument) for kind, argument in zip(kinds, arguments, strict=False))
        return next((fault for fault in faults if fault), None)

    return check


def takes_some(arguments: tuple[str, ...]) -> str | None:
    """One word or more, none of them empty."""
    if not arguments:
        return "takes one argument or more"
    return None if all(arguments) else "an argument is empty"


def a_text(argument: str) -> str | None:
    return None if argument else "an argument is empty"


def any_text(argument: str) -> str | None:
    return None


def a_word(word: str) -> Kind:
    """Nothing but this word."""
    return lambda argument: None if argument == word else f"the argument can only be {word}"


def a_character(argument: str) -> str | None:
    return None if len(argument) == 1 else "the fill must be one character"


def a_position(argument: str) -> str | None:
    """A whole number, negative ones count from the end."""
    digits = argument.removeprefix("-")
    return None if digits.isascii() and digits.isdigit() and len(digits) < 7 else "a position must be a whole number"


def a_part_number(argument: str) -> str | None:
    fault = a_position(argument)
    return fault or ("parts count from 1, or from -1 backwards" if int(argument) == 0 else None)


def a_width(argument: str) -> str | None:
    right = argument.isascii() and argument.isdigit() and len(argument) < 7 and 1 <= int(argument) <= WIDEST
    return None if right else f"the width must be a whole number from 1 to {WIDEST}"


def a_comma(argument: str) -> str | None:
    return None if argument in (",", ".") else "the decimal mark must be , or ."


def a_map(argument: str) -> str | None:
    return None if argument else "the name of a concept map is missing"


def a_format(wanted: str) -> Kind:
    """A FORMAT with these parts at least, named by the first letters of their tokens."""

    def kind(argument: str) -> str | None:
        return format_fault(argument, wanted)

    return kind


def boolean_words(arguments: tuple[str, ...]) -> str | None:
    """None, or the words for true and those for false."""
    if not arguments:
        return None
    if len(arguments) != 2:
        return f"takes the words for true and the words for false, not {len(arguments)} argument(s)"
    true, false = (words(argument) for argument in arguments)
    if not all(true + false):
        return "a word is empty"
    return "a word stands for both true and false" if set(true) & set(false) else None


def pattern_and_group(arguments: tuple[str, ...]) -> str | None:
    """A pattern, and a group that it has."""
    if not 1 <= len(arguments) <= 2:
        return f"takes a pattern, and a group's number or not, not {len(arguments)} argument(s)"
    pattern = compile_pattern(arguments[0])
    if pattern is None:
        return "the pattern is not in RE2's syntax"
    group = arguments[1] if len(arguments) > 1 else "0"
    known = group.isascii() and group.isdigit() and len(group) < 7 and int(group) <= pattern.groups
    return None if known else f"the pattern has {pattern.groups} group(s), and no such one"


def _number(least: int, most: int) -> str:
    if most == 0:
        return "no argument"
    plural = "s" if most > 1 else ""
    if least == most:
        return f"{most} argument{plural}"
    return f"{least} or {most} argument{plural}" if least else f"at most {most} argument{plural}"
