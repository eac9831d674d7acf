"""What random mappings stand on: a table of claims and their lines, and HL7 v2 messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from interop.errors import Place
from interop.spec import tree
from interop.spec.contexts import Layout, chain_of, contexts_of
from interop.spec.layout import Column, DelimitedLayout, Group, TableLayout
from tests.readers.hl7v2.layouts import layout as message_layout
from tests.readers.hl7v2.reading import EVERYTHING

PLACE = Place("rule.yaml", 1, 1)
COLUMNS = ("KEY", "A", "B", "C", "D1", "D2", "E1", "E2")
LAYOUT = DelimitedLayout(
    tables=(
        TableLayout(
            name="claim",
            columns=tuple(Column(name) for name in COLUMNS),
            record=("KEY",),
            rows="line",
            groups=(
                Group("pair", columns=(("one", "D#"), ("two", "E#")), first=1, last=2),
                Group("named", names=("B", "C"), of="line"),
            ),
        ),
    ),
    zone="Europe/Zurich",
)
MESSAGE_LAYOUT = message_layout(zone="Europe/Zurich")


@dataclass(frozen=True)
class Ground:
    """Contexts, and what can be read in them.

    Shapes: by context, `scopes` is it and those around it, innermost first; `paths` are those of its own; `marks` those
    of its own that only an expression asks for; `opened` is what `$each` may open from there. `key` begins the ids of
    a record.
    """

    layout: Layout
    root: str
    key: tree.Path
    scopes: Mapping[str, tuple[str, ...]]
    paths: Mapping[str, tuple[tree.Path, ...]]
    marks: Mapping[str, tuple[tree.Path, ...]]
    opened: Mapping[str, tuple[str, ...]]
    special: tuple[tree.Path, ...]


def path(*parts: str) -> tree.Path:
    return tree.Path(parts, PLACE)


def ground(layout: Layout, key: tree.Path, names: Mapping[str, tuple[str, ...]]) -> Ground:
    """The ground of a layout, of these columns by context."""
    known = contexts_of(layout)
    scopes = {name: chain_of(known, name) for name in names}
    inside = {name: chain[1] for name, chain in scopes.items() if len(chain) > 1}
    marks = {name: tuple(path(one) for one in columns if is_mark(one)) for name, columns in names.items()}
    plain = {name: [one for one in columns if one != "#" and not is_mark(one)] for name, columns in names.items()}
    return Ground(
        layout=layout,
        root=next(name for name in names if name not in inside),
        key=key,
        scopes=scopes,
        paths={name: tuple(path(*one.split(".")) for one in columns) for name, columns in plain.items()},
        marks=marks,
        opened={name: tuple(one for one, above in inside.items() if above in chain) for name, chain in scopes.items()},
        special=(path("#"), path("file", "name"), path("record", "number"), key),
    )


def is_mark(column: str) -> bool:
    """Whether a column is that a segment is there, or that a value is to be deleted."""
    return column.endswith(" deleted") or (len(column) == 3 and column.isupper())


NAMES = {"claim": COLUMNS, "line": COLUMNS, "pair": ("one", "two"), "named": ("name", "value")}
TABLES = replace(
    ground(LAYOUT, path("claim", "KEY"), NAMES),
    opened=dict.fromkeys(NAMES, ("line", "pair", "named")),  # from below, from beside, from further above
)
MESSAGES = ground(MESSAGE_LAYOUT, path("message", "MSH-10"), dict(EVERYTHING.columns))
GROUNDS = {name: one for one in (TABLES, MESSAGES) for name in one.scopes}
"""By context: no two grounds have one of the same name."""
