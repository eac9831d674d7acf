"""The tables of an HL7 v2 source: fields, datatypes, events.

Source: docs/hl7v2.md, Structures, events, fields, datatypes.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from interop.errors import Finding
from interop.fhir.definitions import is_resource, resource_names
from interop.spec.csv_table import CsvRow, CsvTable
from interop.spec.hl7v2_layout import FieldLayout
from interop.spec.suggestions import remedy

STRUCTURES = "source/structures.yaml"
EVENTS = "source/events.csv"
FIELDS = "source/fields.csv"
DATATYPES = "source/datatypes.csv"

HEADERS: dict[str, tuple[str, ...]] = {
    EVENTS: ("code", "trigger", "structure"),
    FIELDS: ("segment", "field", "datatype", "repeats", "modifies", "title"),
    DATATYPES: ("datatype", "component", "component_datatype", "title"),
}
KEYS: dict[str, int] = {EVENTS: 2, FIELDS: 2, DATATYPES: 2}
"""How many of the first columns tell a row from the others."""

VARIES = "varies"
PRIMITIVES = frozenset(
    ("CM", "DT", "DTM", "FT", "GTS", "ID", "IS", "NM", "NUL", "SI", "SNM", "ST", "TM", "TN", "TX", "UD", VARIES)
)
"""Datatypes that need no row in datatypes.csv. They have no components; CM and `varies` may have any."""
OPEN = frozenset(("CM", VARIES))

_SEGMENT = re.compile(r"[A-Z][A-Z0-9]{2}")
_NUMBER = re.compile(r"[1-9][0-9]{0,2}")


def read_datatypes(table: CsvTable) -> tuple[dict[str, tuple[str, ...]], list[Finding]]:
    """The datatypes of each datatype's components.

    Errors: M163 a row that is not well-formed, components that are not numbered from 1.
    """
    findings: list[Finding] = []
    found: dict[str, dict[int, str]] = {}
    first: dict[str, CsvRow] = {}
    for row in table.rows:
        name, number, datatype, _ = _stripped(row)
        if not name or not _NUMBER.fullmatch(number) or not datatype:
            findings.append(_refuse(row, f"`{name}.{number}`", "write `CX,4,HD,Assigning Authority`"))
        elif int(number) in found.setdefault(name, {}):
            findings.append(_refuse(row, f"`{name}.{number}` is given twice", "keep one row a component"))
        else:
            found[name][int(number)] = datatype
            first.setdefault(name, row)
    known = PRIMITIVES | found.keys()
    for name, components in found.items():
        if sorted(components) != list(range(1, len(components) + 1)):
            missing = next(number for number in range(1, len(components) + 1) if number not in components)
            findings.append(_refuse(first[name], f"`{name}.{missing}` is missing", "number the components from 1"))
    for row in table.rows:
        datatype = row.values[2].strip()
        if datatype and datatype not in known:
            findings.append(_refuse(row, f"`{datatype}` is no datatype", _datatype_fix(datatype, known)))
    return {name: tuple(parts[number] for number in sorted(parts)) for name, parts in found.items()}, findings


def read_fields(table: CsvTable, datatypes: Mapping[str, object]) -> tuple[dict[str, FieldLayout], list[Finding]]:
    """The fields by name: `PID-3`.

    Errors: M163 a row that is not well-formed or that names an unknown datatype, M130 an unknown resource type.
    """
    findings: list[Finding] = []
    found: dict[str, FieldLayout] = {}
    known = PRIMITIVES | datatypes.keys()
    for row in table.rows:
        segment, number, datatype, repeats, modifies, title = _stripped(row)
        if not _SEGMENT.fullmatch(segment) or not _NUMBER.fullmatch(number) or repeats not in ("yes", "no", ""):
            fix = "write `PID,3,CX,yes,,Patient Identifier List`"
            findings.append(_refuse(row, f"`{segment}-{number}`", fix))
            continue
        field = FieldLayout(segment, int(number), datatype, repeats == "yes", tuple(modifies.split()), title)
        if field.name in found:
            findings.append(_refuse(row, f"`{field.name}` is given twice", "keep one row a field"))
            continue
        if datatype not in known:
            findings.append(_refuse(row, f"`{datatype}` is no datatype", _datatype_fix(datatype, known)))
        for kind in field.modifies:
            if kind != "*" and not is_resource(kind):
                fix = remedy(kind, resource_names(), "resource types")
                findings.append(Finding("M130", rule=row.place, detail=f"`{kind}` in `modifies`", fix=fix))
        found[field.name] = field
    return found, findings


def read_events(table: CsvTable, structures: Collection[str]) -> tuple[dict[tuple[str, str], str], list[Finding]]:
    """The structure of each message code and trigger event.

    Errors: M163 a row that is not well-formed or that names an unknown structure.
    """
    findings: list[Finding] = []
    found: dict[tuple[str, str], str] = {}
    for row in table.rows:
        code, trigger, structure = _stripped(row)
        if not code or not structure:
            findings.append(_refuse(row, f"`{code},{trigger},{structure}`", "write `ADT,A04,ADT_A01`"))
        elif (code, trigger) in found:
            findings.append(_refuse(row, f"`{code},{trigger}` is given twice", "keep one row an event"))
        elif structure not in structures:
            findings.append(_refuse(row, f"`{structure}` is no structure", remedy(structure, structures, "structures")))
        else:
            found[code, trigger] = structure
    return found, findings


def _stripped(row: CsvRow) -> Iterator[str]:
    return (value.strip() for value in row.values)


def _refuse(row: CsvRow, detail: str, fix: str) -> Finding:
    return Finding("M163", rule=row.place, detail=detail, fix=fix)


def _datatype_fix(name: str, known: Collection[str]) -> str:
    return f"{remedy(name, sorted(known), 'datatypes')}; or give its components in source/datatypes.csv"
