"""Writes mappings/intl/hl7v2/docs/tables: what becomes of each row of the official HL7 v2-to-FHIR tables.

python scripts/build_hl7v2_tables.py                   writes status and where, from the package as it compiles
python scripts/build_hl7v2_tables.py --check           exit 1 when they are not up to date
python scripts/build_hl7v2_tables.py --official DIR    first takes the rows anew from a copy of the official tables

The first four columns (table, row, target, condition) are facts of the official tables, https://github.com/HL7/v2-to-fhir
(Apache-2.0, see NOTICE): which row, what it fills, and a digest of its condition. The last two are ours: `done` is what
the compiled plan reads into that element, `ignored` has a reason in `decisions.csv` or ignored.csv, the rest is `open`.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TypeAlias

from interop.plan.compile import compile_plan
from interop.plan.explain import ExplainedElement, explain
from interop.spec.load import load_package

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "mappings" / "intl" / "hl7v2"
FOLDER = PACKAGE / "docs" / "tables"
Maps: TypeAlias = dict[str, dict[str, list[tuple[str, str]]]]  # table → v2 code → (target code, comment)

KINDS = ("messages", "segments", "datatypes", "vocabularies")
HEADER = ("table", "row", "target", "condition", "status", "where")

FIELD = re.compile(r"\b([A-Z][A-Z0-9]{2})-([0-9]+)(?:\[[0-9]+\])?((?:\.[0-9]+)*)")
COMPONENT = re.compile(r"\b([A-Z][A-Z0-9]{1,2})(?:\.([0-9]+))?\b")
INNER = re.compile(r"\(([A-Z][A-Za-z]+)(?:\[[^]]*\])?\.?([a-z][A-Za-z]*)?")
UNNAMED = re.compile(r"ext(ension|ention)?\?|#ext|^extension$|extension-assigningFacility")
TITLE = re.compile(r"(?:R4_|Map_) (.+) - [^-]+\.csv$")
SAME = {"CE": "CWE", "CNE": "CWE", "CF": "CWE", "TS": "DTM", "PPN": "XCN"}


@dataclass(frozen=True, slots=True)
class Row:
    """A row of an official table, and what becomes of it."""

    table: str
    row: str
    target: str
    condition: str
    status: str = "open"
    where: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """A row of decisions.csv: globs of the rows that it decides."""

    kind: str
    table: str
    row: str
    target: str
    status: str
    why: str

    def holds(self, kind: str, row: Row) -> bool:
        """Whether it decides that row."""
        return (
            kind == self.kind
            and fnmatchcase(_bare(row.table), _bare(self.table))
            and fnmatchcase(row.row, self.row)
            and fnmatchcase(_bare(row.target), _bare(self.target) or "*")
        )


def main(words: list[str]) -> int:
    if "--official" in words:
        take_rows(Path(words[words.index("--official") + 1]))
    made = pages()
    stale = [name for name, text in made.items() if _text(FOLDER / name) != text]
    if "--check" in words:
        for name in stale:
            print(f"{name} is not up to date: run scripts/build_hl7v2_tables.py")
        return 1 if stale else 0
    for name in stale:
        (FOLDER / name).write_text(made[name], encoding="utf-8", newline="\n")
    return 0


def pages() -> dict[str, str]:
    """The text of each file of docs/tables, by name, from its own facts and the package."""
    decided = decide({kind: rows(kind) for kind in KINDS})
    made = {f"{kind}.csv": _csv(HEADER, _cells(decided[kind])) for kind in KINDS}
    made["README.md"] = summary(decided)
    return made


def rows(kind: str) -> tuple[Row, ...]:
    """The checked-in facts of one kind of table."""
    return tuple(
        Row(line["table"], line["row"], line["target"], line["condition"]) for line in _lines(FOLDER / f"{kind}.csv")
    )


# --- what the package does


@dataclass(frozen=True, slots=True)
class Lineage:
    """What the plan reads: rules by (segment, field, resource, element) and by (segment, resource); components.

    `elements` are those that a rule fills.
    """

    fields: dict[tuple[str, str, str, str], set[str]]
    segments: dict[tuple[str, str], set[str]]
    components: dict[tuple[str, str], set[str]]
    elements: dict[str, set[str]]


def lineage() -> Lineage:
    """From the compiled plan; components also from the text of the parts, since a plan does not say what OBX-5 is."""
    plan = compile_plan(load_package(PACKAGE, _no_base))
    types = {f"{line['segment']}-{line['field']}": line["datatype"] for line in _lines(PACKAGE / "source/fields.csv")}
    inner = {
        (line["datatype"], line["component"]): line["component_datatype"]
        for line in _lines(PACKAGE / "source/datatypes.csv")
    }
    found = Lineage(defaultdict(set), defaultdict(set), defaultdict(set), defaultdict(set))
    for rule in explain(plan).rules:
        name = rule.place.file.removesuffix(".yaml").rsplit("/", 1)[-1]
        for element in rule.elements:
            head = element.target.split(".")[1] if "." in element.target else ""
            found.elements[name].add(head)
            for segment, number, path in FIELD.findall(_reads(rule.context, element)):
                found.fields[segment, number, rule.resource, head].add(name)
                found.segments[segment, rule.resource].add(name)
                for datatype, component in _walk(types.get(f"{segment}-{number}", ""), path, inner):
                    found.components[datatype, component].add(name)
    for file in sorted((PACKAGE / "parts").glob("*.yaml")):
        for datatype, component in COMPONENT.findall(file.read_text(encoding="utf-8")):
            found.components[SAME.get(datatype, datatype), component or "1"].add(f"parts/{file.stem}")
    return found


def _no_base(package: str) -> Path:
    raise LookupError(package)


def _reads(context: str, element: ExplainedElement) -> str:
    return " ".join((context, element.source, *element.when))


def _walk(datatype: str, path: str, inner: dict[tuple[str, str], str]) -> Iterator[tuple[str, str]]:
    """The components that a path goes through: `.4.2` of CX gives CX 4, HD 2; one that stops early reads the first."""
    steps = path.strip(".").split(".") if path else []
    while datatype:
        step = steps.pop(0) if steps else "1"
        yield SAME.get(datatype, datatype), step
        datatype = inner.get((datatype, step), "")


def decide(tables: dict[str, tuple[Row, ...]]) -> dict[str, tuple[Row, ...]]:
    """Each row with its status: a decision first, then what the plan does, then ignored.csv."""
    found = lineage()
    decisions = tuple(
        Decision(line["kind"], line["table"], line["row"], line["target"], line["status"], line["why"])
        for line in _lines(FOLDER / "decisions.csv")
    )
    maps = _maps()
    ignored = tuple((line["source_path"], line["reason"]) for line in _lines(PACKAGE / "ignored.csv"))

    def status(kind: str, row: Row) -> Row:
        for decision in decisions:
            if decision.holds(kind, row):
                return replace(row, status=decision.status, where=decision.why)
        by = _done(kind, row, found, maps) if row.target or kind == "vocabularies" else None
        if not row.target and by is None:
            return replace(row, status="ignored", where="the table gives no target")
        if by is not None:
            return replace(row, status=by[0], where=by[1])
        if UNNAMED.search(row.target):
            return replace(row, status="ignored", where="the table names no extension for it")
        for glob, reason in ignored:
            if fnmatchcase(row.row, glob):
                return replace(row, status="ignored", where=reason)
        return row

    return {kind: tuple(status(kind, row) for row in rows_) for kind, rows_ in tables.items()}


def _done(
    kind: str, row: Row, found: Lineage, maps: dict[str, dict[str, list[tuple[str, str]]]]
) -> tuple[str, str] | None:
    if kind == "vocabularies":
        return _mapped(row, maps.get(row.table))
    if kind == "messages":
        return _by(found.segments.get((row.row.rsplit(".", 1)[-1], _resource(row.target)), set()))
    if kind == "segments":
        return _by(set().union(*(_reading(row.row, *wanted, found) for wanted in _wanted(row))))
    datatype, _, component = row.row.replace("-", ".").partition(".")
    return _by(found.components.get((SAME.get(datatype, datatype), component.split(".")[0] or "1"), set()))


def _wanted(row: Row) -> Iterator[tuple[str, str]]:
    """The resources and elements that a row fills: `performer(PractitionerRole.telecom)` are two."""
    yield _resource(row.table.partition("[")[2]), _head(row.target)
    for inner in INNER.finditer(row.target):
        yield inner[1], inner[2] or ""


def _reading(row: str, resource: str, element: str, found: Lineage) -> set[str]:
    """The rules that read a row's field into the element of a resource; of a segment as a whole, those that fill it."""
    segment, _, number = row.partition("-")
    if not number:
        rules = found.segments.get((segment, resource), set())
        return {rule for rule in rules if any(_same_element(filled, element) for filled in found.elements[rule])}
    names: set[str] = set()
    for (at, field, of, filled), rules in found.fields.items():
        if (at, field, of) == (segment, number.split(".")[0], resource) and _same_element(filled, element):
            names |= rules
    return names


def _same_element(element: str, head: str) -> bool:
    return bool(element) and (element.startswith(head) or head.startswith(element))


def _by(names: set[str]) -> tuple[str, str] | None:
    if not names:
        return None
    first = sorted(names, key=lambda name: (not name.startswith("parts/"), name))
    return "done", " ".join(first[:3]) + (f" and {len(first) - 3} more" if len(first) > 3 else "")


def _mapped(row: Row, table: dict[str, list[tuple[str, str]]] | None) -> tuple[str, str] | None:
    if table is None or row.row not in table:
        return None
    code, comment = next((entry for entry in table[row.row] if entry[0] == row.target), table[row.row][0])
    if code == row.target:
        return ("done", f"codes/{_map_of(row.table)}.csv") if code else ("ignored", comment)
    return "done", f"codes/{_map_of(row.table)}.csv has {code or 'no target'}: {comment}"


def _maps() -> Maps:
    made: Maps = {}
    for line in _lines(FOLDER / "maps.csv"):
        entries: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for entry in _lines(PACKAGE / "codes" / f"{line['map']}.csv"):
            entries[entry["source_code"]].append((entry["target_code"], entry["comment"]))
        made[line["table"]] = entries
    return made


def _map_of(table: str) -> str:
    return next(line["map"] for line in _lines(FOLDER / "maps.csv") if line["table"] == table)


def _resource(text: str) -> str:
    found = re.match(r"[A-Za-z]+", text)
    return found[0] if found else ""


def _head(target: str) -> str:
    return re.split(r"[^A-Za-z]", target.strip(), maxsplit=1)[0]


# --- the official tables


def take_rows(folder: Path) -> None:
    """Takes the facts from a copy of the official tables: folders messages, segments, datatypes, codesystems."""
    for kind in KINDS:
        source = folder / ("codesystems" if kind == "vocabularies" else kind)
        taken = [row for file in sorted(source.glob("*.csv")) for row in _official(kind, file)]
        (FOLDER / f"{kind}.csv").write_text(_csv(HEADER, _cells(taken)), encoding="utf-8", newline="\n")


def _official(kind: str, file: Path) -> Iterator[Row]:
    title = TITLE.search(file.name)
    assert title is not None, file.name
    table = title[1]
    with file.open(encoding="utf-8-sig", newline="") as stream:
        lines = [[re.sub(r"\s+", " ", cell).strip() for cell in line] + [""] * 20 for line in csv.reader(stream)][2:]
    if kind == "vocabularies":
        nameless = sum(1 for line in lines if not line[0] and line[6])
        yield from (Row(table, line[0], line[6], _digest(line[3], line[5])) for line in lines if line[0])
        if nameless:
            yield Row(table, "", f"{nameless} codes of FHIR without a code of v2", "")
        return
    for line in lines:
        if kind == "messages":
            if line[9] and not line[1].startswith("/"):
                yield Row(table, line[1], re.sub(r"\[.*?\]", "", line[9]), _digest(line[6], line[7], line[8]))
        elif re.fullmatch(r"[A-Z][A-Z0-9]{1,2}([-.][0-9]+)*", line[1]):
            yield Row(table, line[1], line[9] or line[10], _digest(line[6], line[7], line[8]))


def _digest(*texts: str) -> str:
    text = "\n".join(texts).strip()
    return hashlib.sha256(text.encode()).hexdigest()[:8] if text else ""


# --- text


def summary(tables: dict[str, tuple[Row, ...]]) -> str:
    """README.md of docs/tables: how many rows of each kind are done, ignored and open."""
    lines = [
        "# The official tables, row by row",
        "",
        "<!-- Generated by scripts/build_hl7v2_tables.py: edit decisions.csv, or the package. -->",
        "",
        "Each row of the tables of [HL7/v2-to-fhir](https://github.com/HL7/v2-to-fhir) is *done* (the compiled package",
        "reads it into that element; `where` says by which rule or part), *ignored* (`where` says why) or *open*.",
        "`condition` is a digest of the row's condition, if it has one. `decisions.csv` holds what was decided",
        "by hand, `maps.csv` which concept map holds which vocabulary. A test fails when these files are not what the",
        "package does; `python scripts/build_hl7v2_tables.py` writes them.",
        "",
        "| tables | rows | done | ignored | open |",
        "| --- | --: | --: | --: | --: |",
    ]
    for kind, rows_ in tables.items():
        count = Counter(row.status for row in rows_)
        lines.append(
            f"| [{kind}]({kind}.csv) | {len(rows_)} | {count['done']} | {count['ignored']} | {count['open']} |"
        )
    opened = Counter(row.table for rows_ in tables.values() for row in rows_ if row.status == "open")
    if opened:
        lines += ["", "## Open, by table", "", "| table | rows |", "| --- | --: |"]
        lines += [f"| {table} | {count} |" for table, count in sorted(opened.items())]
    return "\n".join(lines) + "\n"


def _cells(rows_: Iterable[Row]) -> Iterator[tuple[str, ...]]:
    return ((row.table, row.row, row.target, row.condition, row.status, row.where) for row in rows_)


def _csv(header: tuple[str, ...], cells: Iterable[tuple[str, ...]]) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(cells)
    return stream.getvalue()


def _lines(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def _bare(text: str) -> str:
    """A text without what fnmatch reads as a class of characters."""
    return text.replace("[", "(").replace("]", ")")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
