"""Lint against the layout: modifiers, and the coverage of columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from typing import TypeAlias

from interop.errors import Finding
from interop.immutable import immutable
from interop.spec.ignored import Ignored
from interop.spec.layout import Column
from interop.spec.sources import Source
from interop.spec.suggestions import remedy
from interop.spec.tree import Rule

Reads = dict[str, set[str]]
"""Table or segment → the columns that are read."""

Excuses: TypeAlias = "dict[Ignored, dict[str, tuple[Source, Column]]]"
"""Row of ignored.csv → the columns that it excuses, by path."""

MOST_NAMED = 8
"""Fields of a segment that a finding names; of more it gives the number."""


def excuses(sources: Iterable[Source], ignored: Iterable[Ignored]) -> Excuses:
    """Which columns each row of ignored.csv excuses."""
    columns = {source.path(column.name): (source, column) for source in sources for column in source.columns}
    return {row: {path: columns[path] for path in row.matching(columns)} for row in ignored}


def lint_modifiers(rule: Rule, reads: Reads, sources: Iterable[Source], excused: Set[str]) -> Iterator[Finding]:
    """M146: a rule that reads a table, but not a column that can turn the meaning of its resource type.

    Args:
        rule: The rule.
        reads: What it reads.
        sources: The columns of the layout.
        excused: Paths of columns that ignored.csv excuses.
    """
    for source in sources:
        if not reads.get(source.name):
            continue
        for column in source.columns:
            applies = rule.resource in column.modifies or "*" in column.modifies
            if not applies or column.name in reads[source.name]:
                continue
            path = source.path(column.name)
            if path not in excused:
                yield Finding("M146", rule=rule.place, detail=f"`{path}` can turn the meaning of {rule.resource}")


@immutable()
class Coverage:
    """What becomes of the columns: read by some rule, needed by the layout itself, or excused."""

    sources: Sequence[Source]
    reads: Reads
    excuses: Excuses

    def lint_ignored(self, own: str) -> Iterator[Finding]:
        """M147 a row that matches no column; M148 a row that excuses what is read. A modifier may be both.

        Args:
            own: The package's own ignored.csv: what a base ignores, its overlay may read.
        """
        for row, matched in self.excuses.items():
            if not matched:
                known = [source.path(column.name) for source in self.sources for column in source.columns]
                fix = remedy(row.path, known, "columns")
                yield Finding("M147", rule=row.place, detail=f"`{row.path}`", fix=fix)
            elif row.place.file == own and all(self._reads(source, column) for source, column in matched.values()):
                yield Finding("M148", rule=row.place, detail=f"`{row.path}`")

    def _reads(self, source: Source, column: Column) -> bool:
        return column.name in self.reads.get(source.name, ()) and not column.modifies

    def lint_unread(self) -> Iterator[Finding]:
        """M301: a column that no rule reads, that is no key, and that ignored.csv does not excuse.

        Of a segment's fields there is one finding, at the first of them.
        """
        excused = {path for matched in self.excuses.values() for path in matched}
        for source in self.sources:
            if not source.placed:
                continue
            done = source.keys | self.reads.get(source.name, set())
            names = [column.name for column in source.columns if column.name not in done]
            left = [name for name in names if source.path(name) not in excused]
            if left and source.segment:
                yield Finding("M301", rule=source.places.get(left[0]), detail=_listed(left, len(source.columns)))
            else:
                for name in left:
                    yield Finding("M301", rule=source.places.get(name), detail=f"`{source.path(name)}`")


def _listed(names: list[str], of: int) -> str:
    """The unread fields of a segment."""
    shown = ", ".join(f"`{name}`" for name in names[:MOST_NAMED])
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return f"{shown}{more} (of {of} fields)"
