"""Patterns by RE2, linear in time whatever the pattern: for the step `match` and for `matches` in `$when`."""

from __future__ import annotations

from functools import lru_cache
from typing import Protocol, cast

from interop.limits import FIXED
from interop.values.failure import Failure, Outcome, Step

MAXIMUM_BYTES = FIXED.pattern_bytes
"""Of memory for one compiled pattern: one that needs more, as `.{500}{500}` does, is refused."""


REMEMBERED = 4096
"""Texts and patterns whose match is remembered."""


class Match(Protocol):
    def group(self, number: int) -> str | None: ...


class Pattern(Protocol):
    """What this project uses of RE2's compiled pattern."""

    groups: int

    def fullmatch(self, text: str) -> Match | None: ...


@lru_cache(maxsize=1024)
def compile_pattern(pattern: str) -> Pattern | None:
    """The compiled pattern; None when it is not RE2's syntax. RE2 itself logs nothing."""
    import re2  # type: ignore[import-untyped]

    options = re2.Options()
    options.log_errors = False
    options.max_mem = MAXIMUM_BYTES
    try:
        return cast(Pattern, re2.compile(pattern, options))
    except (re2.error, UnicodeEncodeError):
        return None


def full_match(pattern: Pattern, text: str) -> Match | None:
    """The match of the whole text, or None. A lone surrogate, which is no Unicode text, matches nothing."""
    try:
        return pattern.fullmatch(text)
    except UnicodeEncodeError:
        return None


def matches(pattern: str, text: str) -> bool:
    """Whether the whole text matches a pattern that is known to be RE2's."""
    compiled = compile_pattern(pattern)
    assert compiled is not None
    return full_match(compiled, text) is not None


@lru_cache(maxsize=REMEMBERED)
def fits(pattern: str, text: str) -> bool:
    """The same, remembered: most short texts that are tested are codes, and come again.

    Looking this up takes a tenth of what RE2's Python side does.
    """
    return matches(pattern, text)


def match(pattern: str, group: int = 0) -> Step:
    """The group (0: the whole match) when the whole text matches; null when the group took no part or is empty.

    Errors: V206 the text does not match.

    Raises:
        ValueError: The pattern is not RE2's, or has no such group.
    """
    compiled = compile_pattern(pattern)
    if compiled is None or not 0 <= group <= compiled.groups:
        raise ValueError("not a pattern in RE2's syntax, or not a group of it")

    def step(text: str) -> Outcome:
        if not text:
            return None
        found = full_match(compiled, text)
        return (found.group(group) or None) if found else Failure("V206")

    return step
