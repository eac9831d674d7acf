"""Laws of files of HL7 v2 messages, whole ones, broken ones and what is none: each is converted or in quarantine with
its own bytes, and every file of the output is the same, whichever executor and batch size.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import interop
from interop.api import Mapping
from interop.job.run import Options
from interop.spec.hl7v2_layout import Hl7v2Layout
from tests.spec.messages import MESSAGES

from .messages import Sender, fields_by_segment, files
from .profile import law
from .runs import check_quarantine, run_file
from .vocabulary import Vocabulary

NAME = "a.hl7"
RULES = {
    "Observation.yaml": """\
$resource: Observation
$for: observation
$when: OBX-3 exists
id: "{MSH-10}-{order.#}-{#}-{OBX-11 ?? = -}"
status: {$first: [{$when: OBX-11 = 'F', $value: = final}, = unknown]}
code: {text: OBX-3.2 ?? OBX-3}
subject: {$ref: Patient}
valueString: OBX-5.*
performer:
  - {$ref: Practitioner, $each: OBX-16}
note:
  - {$each: specimen, text: SPM-2}
""",
    "Practitioner.yaml": """\
$resource: Practitioner
$for: [PV1-7, PV1-8, OBR-16, OBX-16]
$merge: union
$id: [XCN.1]
name: [{family: XCN.2.1, given: [XCN.3]}]
birthDate: XCN.2 | date
""",
    "Specimen.yaml": "$resource: Specimen\n$for: specimen\n$unique: true\n$id: [SPM-2]\nsubject: {$ref: Patient}\n",
}
EXCUSED = {"ignored.csv": "source_path,reason\nPID-30,not here\nMSH-7,not here\nNK1-*,not here\n"}
ENVELOPES = [
    b"",
    b"FHS|^~\\&\rBHS|^~\\&\r",
    b"BTS|2\r",
    b"FTS|1\r",
    b"some text\r",
    b"\x0b",
    b"\x1c\r",
    b"\r\r",
    b"MSH|\r",
]


@cache
def package() -> tuple[Mapping, Sender]:
    with TemporaryDirectory(prefix="interop-laws-") as folder:
        for path, text in {**MESSAGES, **RULES, **EXCUSED}.items():
            file = Path(folder) / path
            file.parent.mkdir(exist_ok=True)
            file.write_text(text, "utf-8")
        mapping = interop.load(folder)
    assert isinstance(mapping.package.layout, Hl7v2Layout)
    words = Vocabulary(
        {(field, number): ("A", "1", "F", "20240229") for field in ("OBX-11", "OBX-16") for number in (1, 2)}
    )
    return mapping, Sender(mapping.package.layout, words, fields_by_segment(mapping.package.layout.fields))


@st.composite
def inputs(draw: Any) -> bytes:
    """A file: messages, with envelopes and text between them, and at times some bytes that do not belong there."""
    parts = draw(files(package()[1], 1, 6))
    between = st.sampled_from(ENVELOPES * 2 + [b""] * 20)
    data = b"".join(draw(between) + one for one in parts) + draw(between)
    if draw(st.integers(0, 3)) == 3:
        at = draw(st.integers(0, len(data)))
        data = data[:at] + draw(st.sampled_from([b"\xff\xfe", b"\0", b"\x81", b"\rMSH", b"\n"])) + data[at:]
    return data


@pytest.mark.parametrize("shape", ["ndjson", "bundle"])
def test_message_files(shape: Any) -> None:
    mapping, _ = package()

    @given(inputs())
    @law(20)
    def holds(data: bytes) -> None:
        report, expected = run_file(mapping, data, Options(executor="rows", shape=shape), NAME)
        assert report.broken_laws == []
        assert report.framed == report.counted == report.converted + report.quarantined
        assert report.bytes_in == report.bytes_accounted == len(data)
        assert report.exit_code == (1 if report.quarantined or report.rejected_files else 0)
        check_quarantine(expected, data, report.quarantined + report.rejected_files, report.framed)
        for executor, size in (("columns", 1), ("columns", 3), ("columns", 1000), ("rows", 2)):
            options = Options(executor=executor, batch_rows=size, shape=shape)  # type: ignore[arg-type]
            _, found = run_file(mapping, data, options, NAME)
            assert found.files == expected.files, (executor, size)
            assert found.report == expected.report, (executor, size)

    holds()
