"""FORMAT of the steps `date`, `dateTime`, `instant` and `time`: `DD.MM.YYYY[ hh:mm[:ss]]`.

Tokens: `YYYY`; `MM` `M` `MMM`; `DD` `D`; `hh` `h`; `mm`; `ss`; `f` digits of a fraction; `zzz` an offset (`Z`, `±hh`,
`±hhmm`, `±hh:mm`); `zz` an offset in whole hours, two digits without a sign. `M`, `D`, `h` are one or two digits; `MMM`
is the first three letters of an English month in any case. `[…]` may be missing. `T`, and all but ASCII letters and
digits, stand for themselves.

A format compiles to a regular expression of bounded parts, so that no text makes it slow.
Source: docs/clarifications.md#formats.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

from interop.limits import FIXED
from interop.values.clocks import clock_text, read_offset
from interop.values.days import read_day
from interop.values.failure import Failure

Moment: TypeAlias = tuple[str, str, str]
"""Day (`YYYY[-MM[-DD]]`), clock (`hh:mm:ss[.f]`), offset (`Z`, `±hh:mm`); what was not sent is empty."""

LONGEST = FIXED.format_length
"""Characters of a FORMAT."""

MOST_OPTIONAL = FIXED.format_options
"""Brackets in a FORMAT: each one doubles the ways in which a text may be tried."""

MONTHS = {
    name: f"{number:02}"
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}

_TOKENS = {
    "YYYY": "([0-9]{4})",
    "MM": "([0-9]{2})",
    "M": "([0-9]{1,2})",
    "MMM": "([A-Za-z]{3})",
    "DD": "([0-9]{2})",
    "D": "([0-9]{1,2})",
    "hh": "([0-9]{2})",
    "h": "([0-9]{1,2})",
    "mm": "([0-9]{2})",
    "ss": "([0-9]{2})",
    "f": "([0-9]+)",
    "zz": "([0-9]{2})",
    "zzz": "([Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)",
}
_SLOTS = "YMDhmsfz"  # a token's first letter says which part of a moment it is
_PIECE = re.compile(r"(?P<token>([A-SU-Za-z])\2*)|(?P<other>[^0-9])", re.DOTALL)
_NEEDS = {"M": "Y", "D": "M", "m": "h", "s": "m", "f": "s", "z": "h"}
_OPEN_ENDED = ("M", "D", "h", "f")


def format_fault(text: str, wanted: str) -> str | None:
    """What is wrong with a FORMAT, in words; None when it is right.

    Args:
        text: The FORMAT.
        wanted: First letters of the tokens that must stand outside brackets: `Y` for a date, `h` for a time.
    """
    if len(text) > LONGEST:
        return f"longer than {LONGEST} characters"
    pieces = _pieces(text)
    if pieces is None:
        return "only YYYY MM M MMM DD D hh h mm ss f zz zzz, [ ], T and marks are known in a format"
    groups = _groups(pieces)
    if groups is None:
        return "brackets do not pair"
    if pieces.count("[") > MOST_OPTIONAL:
        return f"more than {MOST_OPTIONAL} optional parts"
    slots = [piece[0] for piece in pieces if piece in _TOKENS]
    if len(set(slots)) < len(slots):
        return "a part of the time stands twice"
    return _missing(dict(zip(slots, groups, strict=True)), wanted) or _open_end(pieces)


def compile_format(text: str) -> Callable[[str], Moment | Failure]:
    """The function that reads text of a FORMAT which `format_fault` found right.

    Errors: V211 another format; V212 no such day or time.

    >>> compile_format("DD-MMM-YYYY")("27-OCT-1999")
    ('1999-10-27', '', '')
    """
    pieces = _pieces(text) or []
    expression = "".join(
        _TOKENS.get(piece) or {"[": "(?:", "]": ")?"}.get(piece) or re.escape(piece) for piece in pieces
    )
    full_match = re.compile(expression).fullmatch
    order = [piece[0] for piece in pieces if piece in _TOKENS]
    year, month, day, hour, minute, second, fraction, offset = (order.index(s) if s in order else -1 for s in _SLOTS)
    sign = "+" if "zz" in pieces else ""

    def read(value: str) -> Moment | Failure:
        found = full_match(value)
        if found is None:
            return Failure("V211")
        parts = (*found.groups(""), "")
        date = _day(parts[year], parts[month], parts[day]) if parts[year] else ""
        if not isinstance(date, str):
            return date
        if not parts[hour]:
            return date, "", ""
        clock = clock_text(parts[hour].zfill(2), parts[minute], parts[second], parts[fraction])
        if not isinstance(clock, str):
            return clock
        zone = read_offset(sign + parts[offset]) if parts[offset] else ""
        return (date, clock, zone) if isinstance(zone, str) else zone

    return read


def _day(year: str, month: str, day: str) -> str | Failure:
    if len(month) == 3:
        number = MONTHS.get(month.lower())
        if number is None:
            return Failure("V211")
        month = number
    return read_day(year + (month.zfill(2) if month else "") + (day.zfill(2) if day else ""))


def _pieces(text: str) -> list[str] | None:
    """Tokens, brackets and marks, in order; None when something is none of these."""
    pieces: list[str] = []
    position = 0
    while position < len(text):
        found = _PIECE.match(text, position)
        if found is None or (found["token"] and found["token"] not in _TOKENS):
            return None
        pieces.append(found[0])
        position = found.end()
    return pieces


def _groups(pieces: list[str]) -> list[tuple[int, ...]] | None:
    """The brackets around each token, from the outside in; None when brackets do not pair."""
    around: tuple[int, ...] = ()
    groups = []
    for position, piece in enumerate(pieces):
        if piece == "[":
            around = (*around, position)
        elif piece == "]":
            if not around:
                return None
            around = around[:-1]
        elif piece in _TOKENS:
            groups.append(around)
    return None if around else groups


def _missing(groups: dict[str, tuple[int, ...]], wanted: str) -> str | None:
    """Whether a part may be there without the part that it belongs to: a day without its month."""
    for slot in wanted:
        if groups.get(slot, (0,)):
            return f"no {_name(slot)} outside brackets"
    needs = _NEEDS | ({"h": "D"} if "Y" in groups else {})
    for slot, around in groups.items():
        needed = needs.get(slot)
        if needed and (needed not in groups or around[: len(groups[needed])] != groups[needed]):
            return f"{_name(slot)} without {_name(needed)}"
    return None


def _open_end(pieces: list[str]) -> str | None:
    """A token of one or two digits must end at a mark, else digits after it could be read in two ways."""
    for position, piece in enumerate(pieces):
        followers = _followers(pieces, position + 1)
        if piece in _OPEN_ENDED and any(after in _TOKENS and after != "zzz" for after in followers):
            return f"{piece} must be followed by a mark"
    return None


def _followers(pieces: list[str], position: int) -> set[str]:
    """The tokens and marks that may come next, brackets read both as there and as missing."""
    if position >= len(pieces):
        return set()
    if pieces[position] == "]":
        return _followers(pieces, position + 1)
    if pieces[position] != "[":
        return {pieces[position]}
    depth, end = 1, position
    while depth:
        end += 1
        depth += {"[": 1, "]": -1}.get(pieces[end], 0)
    return _followers(pieces, position + 1) | _followers(pieces, end + 1)


def _name(slot: str) -> str:
    return next(token for token in _TOKENS if token[0] == slot)
