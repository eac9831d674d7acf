"""The lines of a batch's messages, collected for the tables that read them: a message costs a few list operations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import repeat
from operator import itemgetter

from interop.readers.hl7v2.charset import Charset
from interop.readers.hl7v2.contexts import Context
from interop.readers.hl7v2.message import Message
from interop.readers.hl7v2.paths import FieldPath, parse_path, repetition_context
from interop.readers.hl7v2.separators import Separators
from interop.readers.hl7v2.template import Template
from interop.readers.protocol import Projection

Line = str | None


@dataclass(frozen=True, slots=True)
class Columns:
    """What is read of a context: its columns by name, and those of the repetitions of its fields.

    Shapes: `own` is None where the context itself is not read; `repeated` by context name and (segment, field).
    """

    context: Context
    own: tuple[str, ...] | None
    repeated: dict[str, tuple[tuple[str, int], tuple[str, ...]]]

    @property
    def segments(self) -> tuple[str, ...]:
        """The segments that are needed, in order."""
        paths = [path for name in self.own or () if (path := parse_path(name)) is not None]
        return tuple(dict.fromkeys([path.segment for path in paths] + [seg for (seg, _), _ in self.repeated.values()]))


def read_columns(contexts: tuple[Context, ...], projection: Projection) -> tuple[Columns, ...]:
    """What a projection reads, by context; of those that it does not name, only where others stand in them."""
    repeated: dict[str, dict[str, tuple[tuple[str, int], tuple[str, ...]]]] = {one.name: {} for one in contexts}
    for name, columns in projection.columns.items():
        found = repetition_context(name)
        if found is not None and found[0] in repeated:
            repeated[found[0]][name] = (found[1:], columns)
    return tuple(Columns(one, projection.columns.get(one.name), repeated[one.name]) for one in contexts)


def field_paths(names: tuple[str, ...]) -> list[tuple[str, FieldPath]]:
    """The columns among the names that are paths, with these."""
    return [(name, path) for name in names if (path := parse_path(name)) is not None]


@dataclass(frozen=True, slots=True)
class _Fill:
    """Lines of a message that go to one list: that of a segment in a context."""

    context: int
    store: list[Line]
    pick: Callable[[list[Line]], tuple[Line, ...]] | None  # None for one line
    place: int


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a template puts where, and the rows of each context that has some."""

    fills: list[_Fill]
    rows: list[tuple[int, int, list[int] | None, int]]  # context, that around it, places there (None: all 0), count


@dataclass(slots=True)
class Collected:
    """The messages of a batch, by context number.

    Shapes: `lines` for each segment that is read a line or None a row, or nothing where no row has it; `parents` a
    place a row among the rows of the context around; `heights` rows. `charsets`, `separators` and `structures` one a
    message.
    """

    lines: list[dict[str, list[Line]]]
    parents: list[list[int]]
    heights: list[int]
    charsets: list[Charset] = field(default_factory=list)
    separators: list[Separators] = field(default_factory=list)
    structures: list[str | None] = field(default_factory=list)
    escapes: bool = False  # whether any message has some
    unusual: bool = False  # whether any message has other separators


class Collector:
    """Collects messages until `take`."""

    def __init__(self, columns: tuple[Columns, ...]) -> None:
        self._columns = columns
        self._plans: dict[Template, _Plan] = {}
        self._found = self._empty()

    def add(self, message: Message, template: Template) -> None:
        """Collect what is read of a message."""
        plan = self._plans.get(template)
        if plan is None:
            plan = self._plans[template] = self._plan(template)
        found = self._found
        heights = found.heights
        lines: list[Line] = [*message.lines, None]
        for fill in plan.fills:
            store = fill.store
            if len(store) < heights[fill.context]:
                store += repeat(None, heights[fill.context] - len(store))
            if fill.pick is None:
                store.append(lines[fill.place])
            else:
                store += fill.pick(lines)
        before = {context: heights[context] for context, _, _, _ in plan.rows}
        for context, around, places, count in plan.rows:
            heights[context] += count
            if around >= 0:
                base = before[around]
                found.parents[context] += repeat(base, count) if places is None else [base + at for at in places]
        found.charsets.append(message.charset)
        found.separators.append(message.separators)
        found.structures.append(template.structure)
        found.escapes |= message.escapes
        found.unusual |= not message.separators.usual

    def take(self) -> Collected:
        """What was collected; begins anew."""
        found, self._found = self._found, self._empty()
        self._plans = {}
        for stores, height in zip(found.lines, found.heights, strict=True):
            for store in stores.values():
                if store:
                    store.extend(repeat(None, height - len(store)))
        return found

    def _empty(self) -> Collected:
        lines: list[dict[str, list[Line]]] = [{name: [] for name in one.segments} for one in self._columns]
        return Collected(lines, [[] for _ in self._columns], [0] * len(self._columns))

    def _plan(self, template: Template) -> _Plan:
        plan = _Plan([], [])
        for number, rows in template.rows.items():
            parents = template.parents[number]
            around = self._columns[number].context.parent
            plan.rows.append((number, around.number if around else -1, parents if any(parents) else None, len(rows)))
            stores = self._found.lines[number]
            names = rows[0].lines if len(rows) == 1 else dict.fromkeys(name for row in rows for name in row.lines)
            for name in names:
                if (store := stores.get(name)) is not None:
                    places = [row.lines.get(name, -1) for row in rows]
                    pick = itemgetter(*places) if len(places) > 1 else None
                    plan.fills.append(_Fill(number, store, pick, places[0]))
        return plan
