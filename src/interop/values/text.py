"""Steps that cut and change plain text. Positions count characters (code points); what leaves nothing is null."""

from __future__ import annotations

from interop.values.failure import Step

WHITE_SPACE = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""Unicode's White_Space, spelled out: `str.strip()` would take U+001C to U+001F too, a native column form would not."""


def trim(text: str) -> str | None:
    """Without white space at both ends."""
    return text.strip(WHITE_SPACE) or None


def upper(text: str) -> str | None:
    """In upper case, by Unicode's full mapping (`ß` becomes `SS`), whatever the locale."""
    return text.upper() or None


def lower(text: str) -> str | None:
    """In lower case, by Unicode's full mapping, whatever the locale."""
    return text.lower() or None


def split(separator: str, number: int) -> Step:
    """The part of that number: from 1, or from -1 backwards. Null when there is none, or when it is empty."""
    position = number - 1 if number > 0 else number

    def step(text: str) -> str | None:
        parts = text.split(separator)
        return (parts[position] or None) if -len(parts) <= position < len(parts) else None

    return step


def cut(start: int, stop: int | None) -> Step:
    """Characters from `start` (0-based) up to, not including, `stop`; negative counts from the end."""

    def step(text: str) -> str | None:
        return text[start:stop] or None

    return step


def replace(old: str, new: str) -> Step:
    """Every occurrence of `old`, left to right, without overlap."""

    def step(text: str) -> str | None:
        return text.replace(old, new) or None

    return step


def pad(width: int, character: str) -> Step:
    """To at least `width` characters, on the left."""

    def step(text: str) -> str | None:
        return text.rjust(width, character) if text else None

    return step


def strip(characters: str) -> Step:
    """Without these characters on the left: `strip 0` makes `00120` of `0` nothing but `120`."""

    def step(text: str) -> str | None:
        return text.lstrip(characters) or None

    return step


def omit(words: tuple[str, ...]) -> Step:
    """Null when the value is one of these sentinels."""
    sentinels = frozenset(words)

    def step(text: str) -> str | None:
        return None if text in sentinels else text or None

    return step


def only(words: tuple[str, ...]) -> Step:
    """Null unless the value is one of these."""
    allowed = frozenset(words)

    def step(text: str) -> str | None:
        return text if text and text in allowed else None

    return step


def keep(text: str) -> str | None:
    """The text itself: what `default` does with a value that is present."""
    return text or None
