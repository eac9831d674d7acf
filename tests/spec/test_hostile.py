"""Whatever a package holds, the load gives a package or findings: no other exception, no endless run."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.spec.conftest import DEFAULTS, Write
from tests.spec.messages import MESSAGES
from tests.spec.test_findings import findings_of

FILES: dict[str, str] = {
    **DEFAULTS,
    "mapping.yaml": DEFAULTS["mapping.yaml"].replace(
        "row: {}",
        "row: {record: ID, rows: line, groups: {g: {columns: {c: 'A#'}, numbers: 1..2}, h: {names: [A, B], of: line}}}",
    ),
    "source/row.csv": "column,required,modifies,title\nID,yes,,Key\nA,no,,\nB,no,*,\nSEX,no,,\nA1,,,\nA2,,,\n",
    "ignored.csv": "source_path,reason\nrow.A1,x\n",
    "parts/snomed.yaml": "$parameters: [code, term]\ncoding:\n  - {code: code, display: '{term}'}\n",
    "Claim.yaml": """\
$resource: Claim
$for: row
$id: [ID, "{A}-{B}"]
$when: A exists and not (B | upper in ('X', 'Y') or B = 3)
status: {$first: [{$when: B matches 'a.*', $value: = active}, = draft]}
type: {$part: snomed, $from: X_, $with: {code: A, term: B ?? = x}}
use: = claim
patient: {$ref: Patient}
created: {$value: A | date, $absent: unknown, extension: [{url: = http://x.org, valueString: B}]}
careTeam:
  - {$each: line, $distinct: A, sequence: {$position: this}, provider: {display: A}}
item:
  - $each: g
    sequence: "#"
    productOrService: [c | code sex else = male]
    careTeamSequence: [{$position: careTeam, $key: c}]
""",
}
NAMES = sorted(FILES)
PIECES = [
    "",
    " ",
    "\n",
    "  ",
    ":",
    "- ",
    "{",
    "}",
    "[",
    "]",
    "'",
    '"',
    "|",
    "$",
    "=",
    "??",
    "#",
    ",",
    "(",
    "A",
    "null",
    "é",
]
PIECES += [
    "$part: snomed",
    "$each: line",
    "$value: A",
    "$remove: true",
    "row",
    "1..2",
    "\t",
    "&a ",
    "*a",
    "!!int ",
    "\x00",
]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(NAMES),
    changes=st.lists(
        st.tuples(st.integers(0, 10_000), st.integers(0, 12), st.sampled_from(PIECES)), min_size=1, max_size=3
    ),
)
def test_any_change_gives_findings_or_a_package(name: str, changes: list[tuple[int, int, str]], write: Write) -> None:
    text = FILES[name]
    for at, length, piece in changes:
        start = at % (len(text) + 1)
        text = text[:start] + piece + text[start + length :]
    folder = write({**FILES, name: text})
    for finding in findings_of(folder):
        assert finding.rule is not None
        assert finding.rule.line >= 1


MESSAGE_FILES: dict[str, str] = {
    **MESSAGES,
    "parts/name.yaml": "$parameters: [start]\nfamily: XPN.1\ngiven: [{$part: given, $from: start}]\n",
    "parts/given.yaml": "$value: XPN.2\n",
    "Practitioner.yaml": "$resource: Practitioner\n$for: [PV1-7, OBX-16]\n$id: XCN\nname: [{$part: name}]\n",
    "Observation.yaml": """\
$resource: Observation
$for: [observation, specimen-observation]
$id: [MSH-10, OBX-3.1]
$when: OBX exists and not OBX-11 deleted
status: {$first: [{$when: OBX-11 = 'F', $value: = final}, = unknown]}
code: {text: OBX-3.2 ?? OBX-3}
valueString: "{OBX-5.*} {record.structure}"
performer: [{$ref: Practitioner, $each: OBX-16}, {$ref: Practitioner, $each: PV1-7}]
subject: {$ref: Patient}
""",
}
MESSAGE_PIECES = [*PIECES, "[2]", ".4", ".*", " deleted", "PID-3", "CX", "$from: PID-3", "( ", ")", "<", "message"]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(sorted(MESSAGE_FILES)),
    changes=st.lists(
        st.tuples(st.integers(0, 10_000), st.integers(0, 12), st.sampled_from(MESSAGE_PIECES)), min_size=1, max_size=3
    ),
)
def test_any_change_of_a_package_of_messages_does_too(
    name: str, changes: list[tuple[int, int, str]], write: Write
) -> None:
    text = MESSAGE_FILES[name]
    for at, length, piece in changes:
        start = at % (len(text) + 1)
        text = text[:start] + piece + text[start + length :]
    for finding in findings_of(write({**MESSAGE_FILES, name: text}, bare=True)):
        assert finding.rule is not None
        assert finding.rule.line >= 1


def test_structures_of_any_depth_are_read_or_refused(write: Write) -> None:
    for text in ("G(" * 5000 + "PID" + ")" * 5000, "[" * 5000, "<" * 5000 + "PID", "{PID" * 5000):
        findings = findings_of(write({**MESSAGES, "source/structures.yaml": f"A: '{text}'\n"}, bare=True))
        assert "M160" in {finding.code for finding in findings}


def test_parts_that_double_are_bounded(write: Write) -> None:
    parts = {f"parts/p{n}.yaml": f"a: {{$part: p{n + 1}}}\nb: {{$part: p{n + 1}}}\n" for n in range(40)}
    start = perf_counter()
    findings = findings_of(
        write(
            {
                **parts,
                "parts/p40.yaml": "c: A\n",
                "Group.yaml": "$resource: Group\n$for: row\n$id: ID\ncharacteristic: [{$part: p0}]\n",
            }
        )
    )
    assert "Y104" in {finding.code for finding in findings}
    assert perf_counter() - start < 20


def test_parts_in_parts_are_bounded_in_depth(write: Write) -> None:
    parts = {f"parts/p{n}.yaml": "{a: " * 40 + f"{{$part: p{n + 1}}}" + "}" * 40 for n in range(30)}
    rule = "$resource: Group\n$for: row\n$id: ID\ncharacteristic: [{$part: p0}]\n"
    findings = findings_of(write({**parts, "parts/p30.yaml": "c: A\n", "Group.yaml": rule}))
    assert "Y104" in {finding.code for finding in findings}


@pytest.mark.parametrize(
    "leaf",
    [
        "A\n  ?? " * 20_000 + "A",
        "{A}\\t" * 20_000,
        "A ?? " * 20_000 + "A",
        "A" + " | trim" * 20_000,
        "{A}" * 20_000,
        "'" * 60_000,
    ],
)
def test_long_values_take_linear_time(leaf: str, write: Write) -> None:
    start = perf_counter()
    findings_of(write({"Patient.yaml": f'$resource: Patient\n$for: row\n$id: ID\ngender: "{leaf}"\n'}))
    assert perf_counter() - start < 10


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert [finding.code for finding in findings_of(tmp_path / "none")] == ["Y106"]
