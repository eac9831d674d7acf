"""Where a character of a scalar stands in its file.

A scalar's value is not its source: quotes, escapes, folded lines and indentation are gone. `locate` walks both
together, except for the usual scalar on one line without escapes.
"""

from __future__ import annotations

import re

from interop.errors import Place
from interop.spec.yaml_text import Text

_ESCAPE = re.compile(r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|\r?\n[ \t]*|.)", re.DOTALL)
_BREAK = re.compile(r"[ \t]*\r?\n[ \t]*(?:\r?\n[ \t]*)*")


def locate(text: Text, offset: int) -> Place:
    """The place of the value's character at `offset` (0-based; its length stands for the end).

    Exact for plain, quoted and literal scalars, best effort for folded ones.
    """
    quotes = 1 if text.style in ("'", '"') else 0
    if len(text.raw) == len(text.value) + 2 * quotes and text.style not in ("|", ">") and "\n" not in text.raw:
        return Place(text.place.file, text.place.line, text.place.column + quotes + offset)
    index = _block(text, offset) if text.style in ("|", ">") else _flow(text, offset)
    before = text.raw[:index]
    lines = before.count("\n")
    if not lines:
        return Place(text.place.file, text.place.line, text.place.column + index)
    return Place(text.place.file, text.place.line + lines, index - before.rfind("\n"))


def _flow(text: Text, offset: int) -> int:
    """The index in `raw` for a plain or quoted scalar."""
    raw, at, done = text.raw, 1 if text.style else 0, 0
    while done < offset and at < len(raw):
        width, gives = 1, 1
        if text.style == "'" and raw.startswith("''", at):
            width = 2
        elif text.style == '"' and (escape := _ESCAPE.match(raw, at)):
            width = len(escape[0])
            gives = 0 if "\n" in escape[0] else 1
        elif folded := _BREAK.match(raw, at):
            width = len(folded[0])
            gives = max(1, folded[0].count("\n") - 1)
        at += width
        done += gives
    return min(at, len(raw))


def _block(text: Text, offset: int) -> int:
    """The index in `raw` for a literal or folded scalar: lines one by one, each without its indentation."""
    header = text.raw.find("\n") + 1
    lines = text.raw[header:].split("\n")
    indents = [len(line) - len(line.lstrip(" ")) for line in lines if line.strip()]
    indent = min(indents, default=0)
    at, done = header, 0
    for line in lines:
        length = max(0, len(line) - indent)
        if offset <= done + length:
            return at + min(indent, len(line)) + offset - done
        done += length + 1
        at += len(line) + 1
    return len(text.raw)
