"""Two small packages that use most of the language, and random files for them: good rows, bad rows, junk."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import strategies as st

import interop
from interop.api import Mapping

CARD = """\
interop: 1
id: zz/{name}
title: A law
version: 0.1.0
status: draft
licence: CC0-1.0
source:
  format: delimited
  delimiter: "|"
  charset: {charset}
  zone: Europe/London
  file: "{{kind}}_*.csv"
  tables:
"""
SEX = """\
source_code,target_system,target_code,target_display,equivalence,comment
1,http://hl7.org/fhir/administrative-gender,male,Male,equivalent,
2,http://hl7.org/fhir/administrative-gender,female,Female,equivalent,
9,,,,unmatched,not asked
"""
PEOPLE = {
    "mapping.yaml": "    row: {}\n",
    "codes/sex.csv": SEX,
    "Patient.yaml": """\
$resource: Patient
$for: row
$id: [KEY]
$unique: true
identifier: [{system: "urn:kind:{file.kind}", value: KEY}]
name:
  - {text: "{A} {B}", family: A, given: [B]}
gender: SEX | code sex else fail
birthDate: {$value: DAY | date, $absent: unknown}
""",
    "Observation.yaml": """\
$resource: Observation
$for: row
$when: B exists
id: "{KEY}-{record.number}"
status: = final
code: {text: "{KEY}"}
subject: {$ref: Patient}
valueQuantity: {value: AMOUNT | decimal, unit: B}
note: [{text: B}]
""",
}
CLAIMS = {
    "mapping.yaml": """\
    row:
      record: KEY
      rows: line
      groups:
        part: {columns: {one: "P#"}, numbers: 1..2}
        extra: {names: [A, B], of: line}
""",
    "codes/sex.csv": SEX,
    "Practitioner-a.yaml": "$resource: Practitioner\n$for: line\n$when: A matches '[a-z]'\n$merge: union\nid: A\n"
    "name: [{text: A}]\n",
    "Practitioner-b.yaml": "$resource: Practitioner\n$for: line\n$when: B matches '[a-z]+'\n$merge: union\nid: B\n"
    "name: [{text: B}]\ngender: SEX | code sex\n",
    "Observation.yaml": """\
$resource: Observation
$for: line
$when: A exists
$id: [KEY, "#"]
status: = final
code: {text: A}
effectivePeriod: {start: DAY | date, end: AMOUNT | date}
performer: [{$ref: Practitioner-a}]
component:
  - {$each: extra, code: {text: name}, valueString: value}
""",
    "Account.yaml": """\
$resource: Account
$for: row
$id: KEY
status: = active
name: DAY
coverage:
  - {$each: line, $distinct: A, priority: {$position: this}, coverage: {display: A}}
guarantor:
  - {$each: part, party: {display: one}}
""",
}
COLUMNS = ("KEY", "A", "B", "SEX", "DAY", "AMOUNT", "P1", "P2")
CHARSETS = ("utf-8", "cp1252", "shift_jis")


@cache
def package(name: str, charset: str) -> Mapping:
    """One of the two packages, loaded once."""
    files = {"people": PEOPLE, "claims": CLAIMS}[name]
    rows = "".join(f"{column},{'yes' if column == 'KEY' else ''},,\n" for column in COLUMNS)
    with TemporaryDirectory(prefix="interop-laws-") as folder:
        for path, text in {**files, "source/row.csv": "column,required,modifies,title\n" + rows}.items():
            file = Path(folder) / path
            file.parent.mkdir(exist_ok=True)
            card = CARD.format(name=name, charset=charset) if path == "mapping.yaml" else ""
            file.write_text(card + text, "utf-8")
        return interop.load(folder)


KEYS = ["k1", "k1", "k1", "k2", "k2", "k3", "k4", "k5", ""]
WORDS = {
    "SEX": ["1", "1", "2", "2", "9", "", "", "7"],
    "DAY": ["20240131", "2024-02-30", "", "1999", "x"],
    "AMOUNT": ["1.10", "20240101", "1,5", ""],
}
TEXTS = ["", "a", "b", "Ana", "日本", "é ", " x", 'say "q"', "a\\b", "tab\t", "\u3000"]
QUOTED = ['"a|b"', '"li\nne"', '"d""q"', '"open', '"x"y', '""', '" s "']
ENDS = st.sampled_from(["\n", "\n", "\n", "\n", "\r\n", "\r", "\n\n"])


@st.composite
def lines(draw: Any, columns: tuple[str, ...]) -> str:
    """A row, with an end. One in ten cannot be read."""
    bad = draw(st.integers(0, 40))
    fields = []
    for name in columns:
        if name == "KEY":
            fields.append(draw(st.sampled_from(KEYS)))
        elif name in WORDS:
            fields.append(draw(st.sampled_from(WORDS[name])))
        else:
            fields.append(draw(st.one_of(*[st.sampled_from(TEXTS)] * 8, st.sampled_from(QUOTED), st.text(max_size=3))))
    if bad == 31:
        fields.pop()
    elif bad == 32:
        fields.append("more")
    elif bad == 33:
        fields[-1] = "\0"
    return "|".join(fields) + draw(ENDS)


@st.composite
def files(draw: Any, charset: str, most: int = 20) -> bytes:
    """A file with a header, its columns in any order, some of them absent."""
    names = draw(st.permutations(COLUMNS[1:]))
    columns = ("KEY", *names[: draw(st.sampled_from([7, 7, 7, 3]))])
    rows = draw(st.lists(lines(columns), max_size=most))
    data = ("|".join(columns) + "\n").encode() + "".join(rows).encode(charset, "replace")
    if draw(st.integers(0, 3)) == 3:
        at = draw(st.integers(len("|".join(columns)) + 1, len(data)))
        data = data[:at] + draw(st.sampled_from([b"\xff\xfe", b"\x81", b"\x00", b'"'])) + data[at:]
    return data
