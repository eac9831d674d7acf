"""Abstract syntax of HL7 v2 message structures: from text to slots.

    slots := slot*
    slot  := SEGMENT | GROUP '(' slots ')' | '[' slot ']' | '{' slot '}' | '<' slot ('|' slot)* '>'

`<A|B>`, one of several, is read as if each could be missing. Source: docs/hl7v2.md, Structures.
"""

from __future__ import annotations

import re
from typing import NoReturn

from interop.errors import Finding
from interop.limits import FIXED
from interop.spec.hl7v2_layout import GroupSlot, SegmentSlot, Slot, Structure
from interop.spec.scalar_place import locate
from interop.spec.yaml_text import Mapping, Node, Text

MAX_DEPTH = FIXED.structure_depth

_TOKEN = re.compile(r"\s*([A-Za-z_][A-Za-z0-9_]*|[\[\]{}()<>|])")
_SEGMENT = re.compile(r"[A-Z][A-Z0-9]{2}")
_GROUP = re.compile(r"[A-Z][A-Z0-9_]*")
_CLOSES = {"[": "]", "{": "}", "(": ")", "<": ">"}


class _SyntaxError(Exception):
    def __init__(self, at: int, detail: str, fix: str) -> None:
        super().__init__(detail)
        self.at, self.detail, self.fix = at, detail, fix


def read_structures(root: Node | None) -> tuple[dict[str, Structure], tuple[Finding, ...]]:
    """The structures of source/structures.yaml, by name.

    Errors: M160 not in the syntax.
    """
    if root is None:
        return {}, ()
    if not isinstance(root, Mapping):
        fix = "write `ORU_R01: MSH …`, a structure a key"
        return {}, (Finding("M160", rule=root.place, detail="not a mapping", fix=fix),)
    found: dict[str, Structure] = {}
    findings: list[Finding] = []
    for name, entry in root.entries.items():
        text = entry.value
        if not isinstance(text, Text) or not _GROUP.fullmatch(name):
            findings.append(Finding("M160", rule=entry.key.place, detail=f"`{name}`", fix="write `ORU_R01: MSH …`"))
            continue
        try:
            found[name] = Structure(name, _Reader(text.value).all())
        except _SyntaxError as error:
            place = locate(text, error.at)
            findings.append(Finding("M160", rule=place, detail=f"{error.detail} in `{name}`", fix=error.fix))
    return found, tuple(findings)


class _Reader:
    """Reads a structure's tokens from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = _tokens(text)
        self.at = 0

    def all(self) -> tuple[Slot, ...]:
        """The slots of the whole text."""
        slots = self._slots(0)
        if self._peek():
            self._refuse(f"`{self._peek()}` that closes nothing", "remove it, or open it before")
        if not slots:
            self._refuse("no segment", "write the segments: `MSH PID …`")
        return slots

    def _slots(self, depth: int) -> tuple[Slot, ...]:
        if depth > MAX_DEPTH:
            self._refuse("nested too deeply", f"at most {MAX_DEPTH} levels")
        slots: list[Slot] = []
        while (token := self._peek()) and token not in "]})>|":
            slots += self._slot(depth)
        return tuple(slots)

    def _slot(self, depth: int) -> list[Slot]:
        start = self._start()
        token = self._take()
        if token in ("[", "{"):
            inner = self._slots(depth + 1)
            self._close(token, start)
            if len(inner) != 1:
                self._refuse(f"{len(inner)} segments in `{token}{_CLOSES[token]}`", "name them: `GROUP( … )`", start)
            return [_marked(inner[0], optional=token == "[", repeats=token == "{")]
        if token == "<":
            return self._choice(depth, start)
        if not token or not _GROUP.fullmatch(token):
            self._refuse(f"`{token}`" if token else "a sign", "write segments, groups, `[ ]` and `{ }`", start)
        if self._peek() == "(":
            self._take()
            group = self._slots(depth + 1)
            self._close("(", start)
            if not group:
                self._refuse(f"group `{token}` is empty", "write its segments", start)
            return [GroupSlot(token, group)]
        if not _SEGMENT.fullmatch(token):
            self._refuse(f"`{token}` is no segment", "write three capitals, or `GROUP( … )`", start)
        return [SegmentSlot(token)]

    def _choice(self, depth: int, start: int) -> list[Slot]:
        options: list[Slot] = []
        while True:
            options += (_marked(slot, optional=True) for slot in self._slots(depth + 1))
            if self._peek() != "|":
                break
            self._take()
        self._close("<", start)
        return options

    def _close(self, opened: str, start: int) -> None:
        if self._peek() != _CLOSES[opened]:
            self._refuse(f"`{opened}` is not closed", f"close it with `{_CLOSES[opened]}`", start)
        self._take()

    def _start(self) -> int:
        return self.tokens[self.at][1]

    def _peek(self) -> str:
        """The next token; "" at the end."""
        token, start = self.tokens[self.at]
        if not token and start < len(self.text):
            self._refuse(f"`{self.text[start]}`", "write segments, groups, `[ ]` and `{ }`")
        return token

    def _take(self) -> str:
        token, _ = self.tokens[self.at]
        self.at += bool(token)
        return token

    def _refuse(self, detail: str, fix: str, at: int | None = None) -> NoReturn:
        raise _SyntaxError(self._start() if at is None else at, detail, fix)


def _tokens(text: str) -> list[tuple[str, int]]:
    """The tokens of a text, each with where it begins; the last is "", where the text ends or is no token."""
    tokens: list[tuple[str, int]] = []
    at = 0
    while found := _TOKEN.match(text, at):
        tokens.append((found[1], found.start(1)))
        at = found.end()
    return [*tokens, ("", len(text) - len(text[at:].lstrip()))]


def _marked(slot: Slot, *, optional: bool = False, repeats: bool = False) -> Slot:
    """The slot in brackets, in braces."""
    optional, repeats = optional or slot.optional, repeats or slot.repeats
    if isinstance(slot, SegmentSlot):
        return SegmentSlot(slot.name, optional, repeats)
    return GroupSlot(slot.name, slot.slots, optional, repeats)
