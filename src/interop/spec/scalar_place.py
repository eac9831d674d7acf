"""Where a character of a scalar stands in its file.

A scalar's value is not its source: quotes, escapes, folded lines and indentation are gone. `locate` walks both
together, once for each scalar, except for the usual one on one line without escapes.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache

from interop.errors import Place
from interop.spec.yaml_text import Text

_ESCAPE = re.compile(r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|\r?\n[ \t]*|.)", re.DOTALL)
_SPACES = re.compile(r"[ \t]+")
_BREAK = re.compile(r"[ \t]*\r?\n[ \t]*(?:\r?\n[ \t]*)*")


def locate(text: Text, offset: int) -> Place:
    """The place of the value's character at `offset` (0-based; its length stands for the end).

    Exact for plain, quoted and literal scalars, best effort for folded ones.
    """
    place = text.place
    quotes = 1 if text.style in ("'", '"') else 0
    if len(text.raw) == len(text.value) + 2 * quotes and text.style not in ("|", ">") and "\n" not in text.raw:
        return Place(place.file, place.line, place.column + quotes + offset)
    indexes, starts = _walk(text)
    index = indexes[min(offset, len(indexes) - 1)]
    line = bisect_right(starts, index) - 1
    column = index - starts[line] + 1 + (place.column - 1 if line == 0 else 0)
    return Place(place.file, place.line + line, column)


@lru_cache(maxsize=16)
def _walk(text: Text) -> tuple[list[int], list[int]]:
    """For each offset of the value its index in `raw`, and the indexes where the lines of `raw` begin."""
    indexes = _block(text) if text.style in ("|", ">") else _flow(text)
    starts = [0] + [found.end() for found in re.finditer("\n", text.raw)]
    return indexes, starts


def _flow(text: Text) -> list[int]:
    """A plain or quoted scalar."""
    raw, at = text.raw, 1 if text.style else 0
    indexes: list[int] = []
    while at < len(raw):
        width, gives = 1, 1
        if text.style == "'" and raw.startswith("''", at):
            width = 2
        elif text.style == '"' and (escape := _ESCAPE.match(raw, at)):
            width = len(escape[0])
            gives = 0 if "\n" in escape[0] else 1
        elif folded := _BREAK.match(raw, at):
            width = len(folded[0])
            gives = max(1, folded[0].count("\n") - 1)
        elif spaces := _SPACES.match(raw, at):  # at once: a long run must not be tried from each of its characters
            indexes += range(at, spaces.end())
            at = spaces.end()
            continue
        indexes += [at] * gives
        at += width
    return indexes or [0]


def _block(text: Text) -> list[int]:
    """A literal or folded scalar: lines one by one, each without its indentation."""
    at = text.raw.find("\n") + 1
    lines = text.raw[at:].split("\n")
    indent = min((len(line) - len(line.lstrip(" ")) for line in lines if line.strip()), default=0)
    indexes: list[int] = []
    for line in lines:
        indexes += range(at + min(indent, len(line)), at + len(line) + 1)
        at += len(line) + 1
    return indexes
