"""JSON texts as the engine writes them, without white space, cut and joined as text: a decimal stays as it was sent."""

from __future__ import annotations

import re
from collections.abc import Sequence

_MARK = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],]')


def fragments(text: str) -> list[str]:
    """The members of an object (`"name":value`) or the items of a list, each as it is written. Linear."""
    found: list[str] = []
    depth, start = 0, 1
    for mark in _MARK.finditer(text):
        match mark[0]:
            case "{" | "[":
                depth += 1
            case "}" | "]":
                depth -= 1
            case "," if depth == 1:
                found.append(text[start : mark.start()])
                start = mark.end()
    return [*found, text[start:-1]] if len(text) > 2 else found


def unite(texts: Sequence[str]) -> str:
    """Several JSON texts as one: to the first, the others add in turn the members it lacks and the items it has not.

    Members of one name are united likewise; what is neither an object nor a list, or is not of the first one's kind,
    adds nothing. Items are the same when their texts are. Linear in the length of the texts.
    """
    first, *others = texts
    if not others or first[0] not in "{[":
        return first
    alike = [text for text in texts if text[0] == first[0]]
    if first[0] == "[":
        return f"[{','.join(_items(alike))}]"
    members: dict[str, list[str]] = {}
    for text in alike:
        for fragment in fragments(text):
            name, _, value = fragment.partition(":")
            members.setdefault(name, []).append(value)
    return f"{{{','.join(f'{name}:{unite(values)}' for name, values in members.items())}}}"


def _items(lists: Sequence[str]) -> list[str]:
    items: list[str] = []
    held: set[str] = set()
    for text in lists:
        new = [item for item in fragments(text) if item not in held]
        items += new
        held.update(new)
    return items
