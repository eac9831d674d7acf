"""From the card's `source` and source/<table>.csv to the layout, with every name checked.

Source: docs/language.md, Tables of a delimited source.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from interop.errors import Finding
from interop.fhir.definitions import is_resource, resource_names
from interop.spec.card import DelimitedSource, GroupCard, TableCard
from interop.spec.card_findings import Location, node_place
from interop.spec.csv_table import CsvTable
from interop.spec.layout import Column, DelimitedLayout, Group, TableLayout
from interop.spec.suggestions import remedy
from interop.spec.yaml_text import Node

HEADER = ("column", "required", "modifies", "title")
RESERVED = ("file", "record")

_NAME = re.compile(r"\w+")
_FILE_NAME = re.compile(r"\{(\w*)\}")


class _Finder:
    """Collects findings at places of mapping.yaml."""

    def __init__(self, root: Node) -> None:
        self.root = root
        self.findings: list[Finding] = []

    def find(self, code: str, location: Location, detail: str, fix: str = "") -> None:
        place = node_place(self.root, ("source", *location))
        self.findings.append(Finding(code, rule=place, detail=detail, fix=fix))

    def columns(self, names: Iterable[str], known: Mapping[str, Column], location: Location) -> None:
        """Each of the names is a column."""
        missing = [name for name in names if name not in known]
        if len(missing) > 3:
            self.find("M108", location, f"{len(missing)} columns, from `{missing[0]}` to `{missing[-1]}`")
            return
        for name in missing:
            self.find("M108", location, f"`{name}`", remedy(name, known, "columns"))


def columns_file(name: str, table: TableCard) -> str:
    """The relative name of the file that holds a table's columns."""
    return table.columns or f"source/{name}.csv"


def build_layout(
    source: DelimitedSource, tables: Mapping[str, CsvTable], root: Node
) -> tuple[DelimitedLayout, tuple[Finding, ...]]:
    """Build the layout.

    Args:
        source: The card's `source`.
        tables: Table → its columns' file; a table whose file is missing is not there.
        root: mapping.yaml, for places.

    Errors: M103, M107, M108, Y106 no columns' file, Y107 a bad row in it.
    """
    finder = _Finder(root)
    layouts = []
    for name, card in source.tables.items():
        here: Location = ("tables", name)
        if name not in tables:
            finder.find(
                "Y106", here, columns_file(name, card), "add it: `column,required,modifies,title`, a column a line"
            )
            continue
        columns = _columns(tables[name], finder)
        layouts.append(_table(name, card, columns, source, finder))
    if not source.tables:
        finder.find("M107", ("tables",), "no tables", "name at least one: `tables: {row: {}}`")
    if source.quote == source.delimiter:
        finder.find("M103", ("quote",), "the quote is the delimiter")
    _check_contexts(source, finder)
    _check_parents(source, finder)
    layout = DelimitedLayout(
        tables=tuple(layouts),
        delimiter=source.delimiter,
        quote=source.quote,
        charset=source.charset,
        header=source.header,
        trim=source.trim,
        quirks=source.quirks,
        zone=source.zone,
        file=source.file,
        file_names=_file_names(source.file, finder),
    )
    return layout, tuple(finder.findings)


def _columns(table: CsvTable, finder: _Finder) -> dict[str, Column]:
    columns: dict[str, Column] = {}
    for row in table.rows:
        name, required, modifies, title = (value.strip() for value in row.values)
        if not name or name in columns:
            detail = f"column `{name}` is given twice" if name else "a row without a column"
            finder.findings.append(Finding("Y107", rule=row.place, detail=detail, fix="keep one row a column"))
            continue
        if required not in ("yes", "no", ""):
            detail = f"`required` of `{name}`"
            finder.findings.append(Finding("Y107", rule=row.place, detail=detail, fix="write `yes`, `no` or nothing"))
        for kind in modifies.split():
            if kind != "*" and not is_resource(kind):
                fix = remedy(kind, resource_names(), "resource types")
                finder.findings.append(Finding("M130", rule=row.place, detail=f"`{kind}` in `modifies`", fix=fix))
        columns[name] = Column(name, required == "yes", tuple(modifies.split()), title)
    return columns


def _table(
    name: str, card: TableCard, columns: dict[str, Column], source: DelimitedSource, finder: _Finder
) -> TableLayout:
    here: Location = ("tables", name)
    when = card.when
    finder.columns(card.record, columns, (*here, "record"))
    finder.columns(card.lookup, columns, (*here, "lookup"))
    for parent, key in card.parents.items():
        finder.columns(key, columns, (*here, "parents", parent))
    if when is not None:
        finder.columns(when.columns, columns, (*here, "when", "columns"))
        if when.columns and not source.header:
            finder.find(
                "M107", (*here, "when"), "files without header are not told by columns", "write `when: {file: …}`"
            )
    if len(source.tables) > 1 and (when is None or not (when.columns or when.file)):
        finder.find("M107", here, f"`{name}` is one of several tables and has no `when`", "write `when: {file: …}`")
    if card.rows is not None and not card.record:
        finder.find("M107", (*here, "rows"), "`rows` without `record`", "write `record:`, the key of a record's rows")
    if card.lookup and card.record:
        finder.find("M107", (*here, "lookup"), "a parent table has one row a record", "remove `record`")
    groups = tuple(_group(short, group, (name, card), columns, finder) for short, group in card.groups.items())
    return TableLayout(
        name=name,
        columns=tuple(columns.values()),
        when_columns=when.columns if when else (),
        when_file=when.file if when else None,
        record=card.record,
        rows=card.rows,
        groups=groups,
        lookup=card.lookup,
        parents=tuple(card.parents.items()),
    )


def _group(
    name: str, card: GroupCard, table: tuple[str, TableCard], columns: dict[str, Column], finder: _Finder
) -> Group:
    here: Location = ("tables", table[0], "groups", name)
    rows = table[1].rows
    first, last = card.numbers or (1, 0)
    if bool(card.columns) == bool(card.names):
        finder.find("M107", here, f"`{name}` needs either `columns` or `names`", "keep one of the two")
    elif card.columns and card.numbers is None:
        finder.find("M107", here, f"`{name}` has no `numbers`", "write `numbers: 1..25`")
    elif card.names and card.numbers is not None:
        finder.find("M107", (*here, "numbers"), f"`{name}` has `names`, which are not numbered", "remove `numbers`")
    for short, pattern in card.columns.items():
        place = (*here, "columns", short)
        if pattern.count("#") != 1:
            finder.find("M107", place, f"`{pattern}` does not hold one `#`", "write `#` where the number stands")
        else:
            numbered = (pattern.replace("#", str(number)) for number in range(first, last + 1))
            finder.columns(numbered, columns, place)
    finder.columns(card.names, columns, (*here, "names"))
    if card.of is not None and card.of != rows:
        detail = f"`{card.of}` is not the rows' context of `{table[0]}`"
        finder.find(
            "M107", (*here, "of"), detail, f"write `of: {rows}`" if rows else "give the table `record` and `rows`"
        )
    return Group(name, tuple(card.columns.items()), first, last, card.names, card.of)


def _check_contexts(source: DelimitedSource, finder: _Finder) -> None:
    """Every context has a name of its own."""
    seen: set[str] = set()
    for table, card in source.tables.items():
        named: list[tuple[str, Location]] = [(table, ("tables", table))]
        if card.rows is not None:
            named.append((card.rows, ("tables", table, "rows")))
        named += [(group, ("tables", table, "groups", group)) for group in card.groups]
        for name, location in named:
            if name in seen:
                finder.find("M107", location, f"context `{name}` is given twice", "give each context a name of its own")
            elif name in RESERVED or not _NAME.fullmatch(name):
                finder.find("M107", location, f"`{name}` cannot name a context", "use letters, digits and `_`")
            seen.add(name)


def _check_parents(source: DelimitedSource, finder: _Finder) -> None:
    lookups = {name: card.lookup for name, card in source.tables.items() if card.lookup}
    for table, card in source.tables.items():
        for parent, key in card.parents.items():
            location: Location = ("tables", table, "parents", parent)
            if parent not in lookups:
                fix = remedy(parent, lookups, "parent tables") if lookups else "give the parent table a `lookup`"
                finder.find("M107", location, f"`{parent}` is not a table with `lookup`", fix)
            elif len(key) != len(lookups[parent]):
                finder.find("M107", location, f"{len(key)} columns for a key of {len(lookups[parent])}")


def read_file_names(pattern: str | None, root: Node) -> tuple[tuple[str, ...], tuple[Finding, ...]]:
    """The names in `source.file`.

    Errors: M103 names that are empty, given twice or not well-formed.
    """
    finder = _Finder(root)
    return _file_names(pattern, finder), tuple(finder.findings)


def _file_names(pattern: str | None, finder: _Finder) -> tuple[str, ...]:
    names = tuple(_FILE_NAME.findall(pattern or ""))
    rest = _FILE_NAME.sub("", pattern or "")
    if "{" in rest or "}" in rest or "" in names or len(set(names)) < len(names) or "name" in names:
        finder.find(
            "M103", ("file",), "the names in braces", "write each once, in letters, and not `name`: `{disease}_*`"
        )
    return names
