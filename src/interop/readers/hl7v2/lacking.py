"""What one message has no values of, by the fields and components that are not empty in it."""

from __future__ import annotations

from functools import lru_cache
from typing import TypeAlias

from interop.readers.hl7v2.one_record import Lines
from interop.readers.hl7v2.paths import Reads, parse_path, repetition_context
from interop.readers.hl7v2.separators import COMPONENT, REPETITION
from interop.readers.hl7v2.template import Template

Place: TypeAlias = tuple[str, str, int, int]
"""A component of a field in a context. Component 0 is the field, field 0 the segment; without a name it is the row."""

_ALWAYS: Place = ("", "", 0, 0)  # what is not read of a field: it may be there whatever the fields are


class Lacking(dict[frozenset[tuple[str, str]], bool]):
    """Whether a message has no values of some columns, found when it is first asked: see `Record.lacks`."""

    __slots__ = ("_lines", "_template", "_there")

    def __init__(self, lines: Lines, template: Template) -> None:
        super().__init__()
        self._lines, self._template = lines, template
        self._there: set[Place] | None = None

    def __missing__(self, columns: frozenset[tuple[str, str]]) -> bool:
        if self._there is None:
            self._there = self._look()
        lacks = self[columns] = _places(columns).isdisjoint(self._there)
        return lacks

    def _look(self) -> set[Place]:
        found = {_ALWAYS}
        for rows in self._template.rows.values():
            for row in rows:
                context = row.context.name
                found.add((context, "", 0, 0))
                for segment, line in row.lines.items():
                    found.add((context, segment, 0, 0))
                    for number, text in enumerate(self._lines.fields(line), 1 if segment == "MSH" else 0):
                        if text:
                            found.add((context, segment, number, 0))
                            found.update([(context, segment, number, part) for part in _parts(text)])
        return found


def _parts(field: str) -> list[int]:
    """The components that are not empty in any repetition of a field."""
    if COMPONENT not in field:
        return [1]
    repetitions = field.split(REPETITION) if REPETITION in field else [field]
    return [number for one in repetitions for number, part in enumerate(one.split(COMPONENT), 1) if part]


@lru_cache(maxsize=65_536)
def _places(columns: frozenset[tuple[str, str]]) -> frozenset[Place]:
    """Where the values of columns stand."""
    return frozenset([_place(context, column) for context, column in columns])


def _place(context: str, column: str) -> Place:
    repeated = repetition_context(context)
    owner = repeated[0] if repeated is not None else context
    if not column:
        return (*repeated, 0) if repeated is not None else (context, "", 0, 0)
    path = parse_path(column)
    if path is None or (path.segment == "MSH" and 1 <= path.field <= 2):
        return _ALWAYS
    part = 0 if path.field == 0 or path.reads is Reads.WHOLE else path.component
    return owner, path.segment, path.field, part
