"""YAML as positioned text: three small shapes, and every scalar is text.

The only module that imports yaml. It composes PyYAML's events by itself: no implicit types, no recursion, bounded
depth; duplicate keys, anchors, aliases and tags are findings, and reading goes on after them. The pure Python parser
decides; libyaml, twenty times as fast, reads what both read alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

import yaml

from interop.errors import Finding, Place
from interop.immutable import immutable
from interop.limits import FIXED
from interop.spec.yaml_errors import explain
from interop.spec.yaml_scanner import Loader

MAX_DEPTH = FIXED.yaml_depth
MAX_BYTES = FIXED.yaml_bytes

_UNLIKE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff-\U0010ffff]")
"""What libyaml may read in another way than the Python parser: tabs, controls, BOM, line ends but `\n`."""


@immutable()
class Text:
    """A scalar. `raw` is its source, quotes and indicators included; `style` is YAML's: "", "'", '"', "|" or ">"."""

    value: str
    place: Place
    style: str = ""
    raw: str = ""

    @property
    def empty(self) -> bool:
        """Nothing was written: `key:`, `key: ~` or `key: null`, without quotes."""
        return not self.style and self.value in ("", "~", "null")


@immutable()
class Sequence:
    items: tuple[Node, ...]
    place: Place


@immutable()
class Entry:
    """A key and its value."""

    key: Text
    value: Node


@immutable()
class Mapping:
    """Keys in the order of the file."""

    entries: dict[str, Entry] = field(hash=False)
    place: Place

    def get(self, key: str) -> Node | None:
        entry = self.entries.get(key)
        return entry.value if entry else None


Mark: TypeAlias = "yaml.error.Mark | yaml._yaml.Mark"
Node: TypeAlias = Text | Sequence | Mapping


@immutable()
class Parsed:
    """What a file holds (None: nothing), and what is wrong with it."""

    root: Node | None
    findings: tuple[Finding, ...]


def parse_yaml(data: bytes, file: str) -> Parsed:
    """Read one YAML document.

    Args:
        data: The file's bytes: UTF-8, with or without BOM.
        file: Its name, for places.

    Errors: Y101 syntax, Y102 duplicate key, Y103 anchor, alias, tag or second document, Y104 depth, Y105 not UTF-8,
        Y108 size.
    """
    start = Place(file, 1, 1)
    if len(data) > MAX_BYTES:
        return Parsed(None, (Finding("Y108", rule=start, detail=f"more than {MAX_BYTES:,} bytes"),))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        line = before.count("\n") + 1
        place = Place(file, line, len(before) - (before.rfind("\n") + 1) + 1)
        return Parsed(None, (Finding("Y105", rule=place),))
    root = _compose_quickly(text, file) if yaml.__with_libyaml__ and not _UNLIKE.search(text) else None
    return Parsed(root, ()) if root else _Composer(text, file).compose()


def _compose_quickly(text: str, file: str) -> Node | None:
    """The document by libyaml; None where anything is wrong, or a place could be another: the Python parser tells."""
    composer = _Composer(text, file)
    try:
        for event in yaml.parse(text, Loader=yaml.CLoader):
            empty = isinstance(event, yaml.ScalarEvent) and not event.style and not event.value
            if empty or not composer.take(event) or composer.findings:
                return None
    except yaml.YAMLError:
        return None
    return composer.root


@dataclass(slots=True)
class _Open:
    """A collection that is being read: a mapping holds its pending key."""

    place: Place
    mapping: bool
    items: list[Node] = field(default_factory=list)
    entries: dict[str, Entry] = field(default_factory=dict)
    key: Text | None = None
    awaiting_value: bool = False


class _Composer:
    """Events in, nodes out, with an explicit stack."""

    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.file = file
        self.findings: list[Finding] = []
        self.stack: list[_Open] = []
        self.root: Node | None = None

    def compose(self) -> Parsed:
        try:
            for event in self._events():
                if not self.take(event):
                    return Parsed(None, tuple(self.findings))
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            self._find("Y101", self._place(mark), *explain(error, self.text))
            return Parsed(None, tuple(self.findings))
        except yaml.reader.ReaderError as error:
            before = self.text[: error.position]
            place = Place(self.file, before.count("\n") + 1, len(before) - before.rfind("\n"))
            self._find("Y101", place, f"the character U+{ord(self.text[error.position]):04X} is not allowed")
            return Parsed(None, tuple(self.findings))
        return Parsed(self.root, tuple(self.findings))

    def _events(self) -> Iterator[yaml.Event]:
        return iter(yaml.parse(self.text, Loader=Loader))

    def take(self, event: yaml.Event) -> bool:
        """Take one event; False stops the reading."""
        if isinstance(event, yaml.ScalarEvent):
            self._refuse_anchor(event)
            self._add(Text(event.value, self._place(event.start_mark), event.style or "", self._raw(event)))
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            self._refuse_anchor(event)
            place = self._place(event.start_mark)
            if len(self.stack) >= MAX_DEPTH:
                self._find("Y104", place, f"more than {MAX_DEPTH} levels")
                return False
            self.stack.append(_Open(place, isinstance(event, yaml.MappingStartEvent)))
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            done = self.stack.pop()
            node: Node = Mapping(done.entries, done.place) if done.mapping else Sequence(tuple(done.items), done.place)
            self._add(node)
        elif isinstance(event, yaml.AliasEvent):
            place = self._place(event.start_mark)
            self._find("Y103", place, "an alias (`*name`)", "write the text out, or put it in quotes if it is text")
            self._add(Text("", place))
        elif isinstance(event, yaml.DocumentStartEvent) and self.root is not None:
            self._find("Y103", self._place(event.start_mark), "a second document", "keep one document in a file")
            return False
        return True

    def _raw(self, event: yaml.ScalarEvent) -> str:
        start, end = event.start_mark, event.end_mark
        return self.text[start.index : end.index] if start and end else event.value

    def _add(self, node: Node) -> None:
        if not self.stack:
            self.root = node
            return
        parent = self.stack[-1]
        if not parent.mapping:
            parent.items.append(node)
        elif not parent.awaiting_value:
            parent.awaiting_value = True
            parent.key = self._key(node, parent)
        else:
            parent.awaiting_value = False
            if parent.key is not None:
                parent.entries[parent.key.value] = Entry(parent.key, node)

    def _key(self, node: Node, parent: _Open) -> Text | None:
        if not isinstance(node, Text):
            self._find("Y101", node.place, "a key is a list or a mapping", "put text that begins with { or [ in quotes")
            return None
        first = parent.entries.get(node.value)
        if first is not None:
            at = first.key.place
            self._find("Y102", node.place, f"`{node.value}`, first in line {at.line}")
            return None
        return node

    def _refuse_anchor(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> None:
        if event.anchor is not None:
            self._find("Y103", self._place(event.start_mark), "an anchor (`&name`)")
        if event.tag is not None:
            self._find(
                "Y103", self._place(event.start_mark), "a tag (`!name`)", "put text that begins with `!` in quotes"
            )

    def _place(self, mark: Mark | None) -> Place:
        if mark is None:
            return Place(self.file, 1, 1)
        return Place(self.file, mark.line + 1, mark.column + 1)

    def _find(self, code: str, place: Place, detail: str, fix: str = "") -> None:
        self.findings.append(Finding(code, rule=place, detail=detail, fix=fix))
