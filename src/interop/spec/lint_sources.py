"""Lint against the layout: contexts, paths, modifiers, and the coverage of columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from interop.errors import Finding
from interop.spec.contexts import Contexts
from interop.spec.csv_table import CsvTable
from interop.spec.ignored import Ignored
from interop.spec.layout import Column, DelimitedLayout, TableLayout
from interop.spec.suggestions import remedy
from interop.spec.tree import Rule
from interop.spec.walk import Opened, Use, Visit, paths_of

Reads = dict[str, set[str]]
"""Table → the columns that are read."""


def lint_paths(rule: Rule, visits: Iterable[Visit], contexts: Contexts) -> tuple[list[Finding], Reads]:
    """Contexts and paths of a rule, and what it reads.

    Errors: M120 context, M121 path.
    """
    findings: list[Finding] = []
    reads: Reads = {}
    if rule.context not in contexts.by_name:
        findings.append(_unknown_for(rule, contexts))
    for visit in visits:
        if isinstance(visit, Opened) and visit.contexts:
            findings += _check_each(visit, contexts)
        elif isinstance(visit, Use) and visit.contexts:
            for path in paths_of(visit.value):
                columns = contexts.resolve(path, visit.contexts)
                if columns is None:
                    fix = contexts.remedy(path, visit.contexts)
                    findings.append(
                        Finding("M121", rule=path.place, detail=f"`{path}` in `{visit.contexts[0]}`", fix=fix)
                    )
                for table, column in columns or ():
                    reads.setdefault(table, set()).add(column)
    return findings, reads


def _unknown_for(rule: Rule, contexts: Contexts) -> Finding:
    fix = remedy(rule.context, contexts.by_name, "contexts")
    if any(table.name == rule.context for table in contexts.layout.tables):
        fix = f"it is a parent table: read its columns as `{rule.context}.COLUMN` in a rule of another table"
    return Finding("M120", rule=rule.place, detail=f"`$for: {rule.context}`", fix=fix)


def _check_each(opened: Opened, contexts: Contexts) -> Iterator[Finding]:
    below = contexts.children(opened.contexts[0])
    if opened.name in below:
        return
    context = contexts.by_name.get(opened.name)
    if context is None:
        fix = remedy(opened.name, below, f"contexts in `{opened.contexts[0]}`")
    elif context.parent in below:
        fix = f"it stands in `{context.parent}`: open that first"
    else:
        fix = f"the contexts in `{opened.contexts[0]}` are: {', '.join(below) or 'none'}"
    yield Finding("M120", rule=opened.place, detail=f"`$each: {opened.name}` in `{opened.contexts[0]}`", fix=fix)


def lint_modifiers(rule: Rule, reads: Reads, layout: DelimitedLayout, ignored: Sequence[Ignored]) -> Iterator[Finding]:
    """M146: a rule that reads a table, but not a column that can turn the meaning of its resource type."""
    for table in layout.tables:
        if not reads.get(table.name):
            continue
        for column in table.columns:
            applies = rule.resource in column.modifies or "*" in column.modifies
            if not applies or column.name in reads[table.name]:
                continue
            if not any(row.matches(table.name, column.name) for row in ignored):
                detail = f"`{table.name}.{column.name}` can turn the meaning of {rule.resource}"
                yield Finding("M146", rule=rule.place, detail=detail)


@dataclass(frozen=True, slots=True)
class Coverage:
    """What becomes of the columns: read by some rule, needed by the layout itself, or excused."""

    layout: DelimitedLayout
    reads: Reads
    ignored: Sequence[Ignored]

    def lint_ignored(self, own: str) -> Iterator[Finding]:
        """M147 a row that matches no column; M148 a row that excuses what is read. A modifier may be both.

        Args:
            own: The package's own ignored.csv: what a base ignores, its overlay may read.
        """
        for row in self.ignored:
            matched = [
                (table.name, column)
                for table in self.layout.tables
                for column in table.columns
                if row.matches(table.name, column.name)
            ]
            if not matched:
                known = [f"{table.name}.{column.name}" for table in self.layout.tables for column in table.columns]
                yield Finding("M147", rule=row.place, detail=f"`{row.path}`", fix=remedy(row.path, known, "columns"))
            elif row.place.file == own and all(self._reads(table, column) for table, column in matched):
                yield Finding("M148", rule=row.place, detail=f"`{row.path}`")

    def _reads(self, table: str, column: Column) -> bool:
        return column.name in self.reads.get(table, ()) and not column.modifies

    def lint_unread(self, columns: Mapping[str, CsvTable], files: Mapping[str, str]) -> Iterator[Finding]:
        """M301: a column that no rule reads, that is no key, and that ignored.csv does not excuse.

        Args:
            columns: The columns' files by relative name, for places.
            files: Table → the relative name of its columns' file.
        """
        for table in self.layout.tables:
            done = self.reads.get(table.name, set()) | _keys(table)
            places = {row.values[0].strip(): row.place for row in columns[files[table.name]].rows}
            for column in table.columns:
                if column.name not in done and not any(row.matches(table.name, column.name) for row in self.ignored):
                    detail = f"`{table.name}.{column.name}`"
                    yield Finding("M301", rule=places.get(column.name), detail=detail)


def _keys(table: TableLayout) -> set[str]:
    return {*table.record, *table.lookup, *(column for _, key in table.parents for column in key)}
