"""Concept maps: codes/<name>.csv, from source codes to targets.

Source: docs/language.md, Elements with code types; FHIR R4 ConceptMap and its equivalence codes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field

from interop.errors import Finding, Place
from interop.immutable import immutable
from interop.spec.csv_table import CsvRow, parse_csv
from interop.spec.suggestions import remedy

HEADER = ("source_code", "target_system", "target_code", "target_display", "equivalence", "comment")
EQUIVALENCES = (
    "equal",
    "equivalent",
    "relatedto",
    "wider",
    "narrower",
    "specializes",
    "subsumes",
    "inexact",
    "unmatched",
    "disjoint",
)


@immutable()
class Target:
    """One row's right side."""

    system: str
    code: str
    display: str
    equivalence: str


@immutable()
class ConceptMap:
    """`rows` gives each source code its targets, in the file's order; an empty tuple: known, no equivalent.

    `places` is where each source code is first given.
    """

    name: str
    rows: dict[str, tuple[Target, ...]] = field(hash=False)
    place: Place
    places: dict[str, Place] = field(default_factory=dict, hash=False)

    @property
    def systems(self) -> tuple[str, ...]:
        """The target systems, in order of appearance. `else keep` needs exactly one."""
        return tuple(dict.fromkeys(target.system for targets in self.rows.values() for target in targets))

    @property
    def codes(self) -> frozenset[str]:
        """All target codes."""
        return frozenset(target.code for targets in self.rows.values() for target in targets)

    def target(self, code: str) -> Target | None:
        """The first target of that code: what `else = code` means."""
        for targets in self.rows.values():
            for target in targets:
                if target.code == code:
                    return target
        return None


def read_concept_map(name: str, data: bytes, file: str) -> tuple[ConceptMap, tuple[Finding, ...]]:
    """Read a concept map; rows with findings are left out.

    Errors: Y105, Y107, C101 to C105 and C108.
    """
    table = parse_csv(data, file, HEADER)
    findings = list(table.findings)
    rows: dict[str, tuple[Target, ...]] = {}
    places: dict[str, Place] = {}
    seen: set[tuple[str, ...]] = set()
    for row in table.rows:
        problems = list(_check(row))
        source, system, code, display, equivalence, _ = row.values
        key = (source, system, code)
        if not problems and key in seen:
            problems = [Finding("C104", rule=row.place, detail=f"`{source}` to `{code}`" if code else f"`{source}`")]
        elif not problems and source in rows and (not code or not rows[source]):
            problems = [Finding("C108", rule=row.place, detail=f"`{source}`, first in line {places[source].line}")]
        if problems:
            findings += problems
            continue
        seen.add(key)
        places.setdefault(source, row.place)
        known = rows.get(source, ())
        rows[source] = (*known, Target(system, code, display, equivalence)) if code else known
    return ConceptMap(name, rows, Place(file, 1, 1), places), tuple(findings)


def merge_concept_maps(base: ConceptMap, over: ConceptMap) -> ConceptMap:
    """The base's rows, those of the overlay's source codes replaced, new ones after."""
    return ConceptMap(base.name, {**base.rows, **over.rows}, over.place, {**base.places, **over.places})


def _check(row: CsvRow) -> Iterable[Finding]:
    source, system, code, display, equivalence, comment = row.values
    if not source:
        yield Finding("C105", rule=row.place)
    if not code:
        if system or display or not comment or equivalence not in ("", "unmatched", "disjoint"):
            yield Finding("C103", rule=row.place, detail=f"`{source}`")
        return
    if not system:
        yield Finding("C101", rule=row.place, detail=f"`{code}`")
    if equivalence not in EQUIVALENCES:
        fix = remedy(equivalence, EQUIVALENCES, "equivalences")
        yield Finding("C102", rule=row.place, detail=f"`{equivalence}`" if equivalence else "none", fix=fix)
    elif equivalence == "unmatched":
        fix = "`unmatched` has no target: empty the target, or write another equivalence"
        yield Finding("C102", rule=row.place, detail="`unmatched` with a target", fix=fix)
