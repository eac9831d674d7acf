"""One message as a tree of rows, whose values are read when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from interop.readers.hl7v2.message import Message
from interop.readers.hl7v2.paths import NULL, PRESENT, STRUCTURE, Reads, parse_path, repetition_context
from interop.readers.hl7v2.placing import PlacedRow
from interop.readers.hl7v2.separators import FIELD, REPETITION
from interop.readers.hl7v2.template import Template
from interop.readers.hl7v2.values import field_text, header_value, repetition_text, value_in
from interop.readers.protocol import Row


class Lines:
    """The lines of a message, each split once, when it is first read."""

    def __init__(self, message: Message) -> None:
        self.message = message
        self._fields: dict[int, list[str]] = {}

    def field(self, line: int, segment: str, number: int) -> str:
        """A field, with all that is in it."""
        return field_text(self.fields(line), segment, number)

    def fields(self, line: int) -> list[str]:
        """The fields of a line, the segment's name first."""
        fields = self._fields.get(line)
        if fields is None:
            fields = self._fields[line] = self.message.lines[line].split(FIELD)
        return fields


class Seen(dict[str, str | None]):
    """What columns read, None for nothing: looked up without a call once it was read."""

    __slots__ = ("_read",)

    def __init__(self, read: Callable[[str], str | None]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, name: str) -> str | None:
        found = self[name] = self._read(name)
        return found


class Values(dict[str, str]):
    """Values by column, read at first sight: `get` and `[]` know every column, iteration those that were read."""

    __slots__ = ("_read",)

    def __init__(self, read: Callable[[str], str | None]) -> None:
        super().__init__()
        self._read = read

    def get(self, name: str, default: Any = None) -> Any:
        found = self._read(name)
        if found is None:
            return default
        self[name] = found
        return found

    def __missing__(self, name: str) -> str:
        found = self._read(name)
        if found is None:
            raise KeyError(name)
        self[name] = found
        return found

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.get(name) is not None


def _read_segment(placed: PlacedRow, lines: Lines, structure: str | None, name: str) -> str | None:
    """A column of a row of segments."""
    path = parse_path(name)
    if path is None:
        return structure if name == STRUCTURE else None
    line = placed.lines.get(path.segment)
    if line is None:
        return None
    if path.reads is Reads.PRESENCE:
        return PRESENT
    if path.segment == "MSH" and path.field <= 2:
        return header_value(lines.message, path)
    field = lines.field(line, path.segment, path.field)
    return value_in(repetition_text(field, path.repetition), path, lines.message) if field else None


def _read_repetition(segment: str, field: int, text: str, message: Message, name: str) -> str | None:
    """A column of a repetition of a field."""
    path = parse_path(name)
    if path is None or (path.segment, path.field, path.repetition) != (segment, field, 1):
        return None
    return value_in(text, path, message)


class Children(dict[str, list[Row]]):
    """The rows inside a row, by context; those of repetitions are made when they are asked for."""

    __slots__ = ("_lines", "_owner", "_placed")

    def __init__(self, owner: Row, placed: PlacedRow, lines: Lines) -> None:
        super().__init__()
        self._owner, self._placed, self._lines = owner, placed, lines

    def get(self, name: str, default: Any = ()) -> Any:
        if not super().__contains__(name):
            self[name] = list(self._repetitions(name))
        return self[name] or default

    def _repetitions(self, name: str) -> Iterator[Row]:
        context = repetition_context(name)
        if context is None or context[0] != self._placed.context.name:
            return
        _, segment, number = context
        line = self._placed.lines.get(segment)
        if line is None:
            return
        field = self._lines.field(line, segment, number)
        for place, text in enumerate(field.split(REPETITION), 1):
            if text and text != NULL:
                yield _made(partial(_read_repetition, segment, number, text, self._lines.message), place, self._owner)


def build_row(lines: Lines, template: Template) -> Row:
    """The tree of a message's rows."""
    built: dict[int, list[Row]] = {0: [_row(template.rows[0][0], lines, template.structure, None, 1)]}
    for number, placed in template.rows.items():
        if not number:
            continue
        here: list[Row] = []
        for row, place in zip(placed, template.parents[number], strict=True):
            assert row.context.parent is not None
            above = built[row.context.parent.number][place]
            siblings = above.children.setdefault(row.context.name, [])
            made = _row(row, lines, None, above, len(siblings) + 1)
            siblings.append(made)
            here.append(made)
        built[number] = here
    return built[0][0]


def _row(placed: PlacedRow, lines: Lines, structure: str | None, parent: Row | None, number: int) -> Row:
    row = _made(partial(_read_segment, placed, lines, structure), number, parent)
    row.children = Children(row, placed, lines)
    return row


def _made(read: Callable[[str], str | None], number: int, parent: Row | None) -> Row:
    """A row that remembers what it read."""
    seen = Seen(read).__getitem__
    row = Row(Values(seen), number, parent)
    row.read = seen
    return row
