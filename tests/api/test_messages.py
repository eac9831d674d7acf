"""HL7 v2 messages through the library: one by one, many, and in a frame."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

import interop
from interop.api import Mapping
from interop.errors import UsageError
from tests.spec.messages import MESSAGES

PATIENT = """\
$resource: Patient
$for: patient
id: PID-3
gender: {$first: [{$when: PID-8 = 'F', $value: = female}, = unknown]}
birthDate: PID-30 | date
name:
  - {$each: PID-5, family: XPN.1, given: [XPN.2]}
"""
ONE = "MSH|^~\\&|||||20240131||ADT^A01|M1|P|2.5\rPID|||1^^^H||Lee^Ann~Li^An|||F\rPV1|\r"
TWO = "MSH|^~\\&|||||20240131||ADT^A01|M2|P|2.5\rPID|||2||Sørensen" + "|" * 25 + "x\r"


@pytest.fixture
def mapping(tmp_path: Path) -> Mapping:
    for name, text in {**MESSAGES, "Patient.yaml": PATIENT}.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return interop.load(tmp_path)


@pytest.mark.parametrize("message", [ONE, ONE.encode(), ONE.replace("\r", "\n")], ids=["text", "bytes", "lines"])
def test_one_message(message: str | bytes, mapping: Mapping) -> None:
    done = mapping.convert(message)
    assert done.findings == ()
    assert [json.loads(text) for text in done.texts] == [
        {
            "resourceType": "Patient",
            "id": "1",
            "gender": "female",
            "name": [{"family": "Lee", "given": ["Ann"]}, {"family": "Li", "given": ["An"]}],
        }
    ]


def test_many_are_numbered(mapping: Mapping) -> None:
    done = list(mapping.convert_many([ONE, TWO, "no message", ONE]))
    assert [conversion.failed for conversion in done] == [False, False, True, False]
    for number, conversion in enumerate(done, 1):
        assert {finding.data.record for finding in conversion.findings if finding.data} <= {number}
    assert done[2].findings


@pytest.mark.parametrize("data", [[ONE, TWO], [ONE.encode(), TWO.encode()]], ids=["text", "binary"])
def test_frame_gives_what_single_messages_give(data: list[str] | list[bytes], mapping: Mapping) -> None:
    made = mapping.convert_frame(pl.DataFrame({"message": [*data, None], "other": [1, 2, 3]}))
    single = list(mapping.convert_many([*data, ""]))
    texts = [(number, text) for number, conversion in enumerate(single) for text in conversion.texts]
    assert made.resources.select("record", "json").rows() == texts
    assert {number for number, _ in texts} == {0, 1}
    found = [(number, finding.code) for number, conversion in enumerate(single) for finding in conversion.findings]
    assert made.findings.select("record", "code").rows() == found
    assert any(number == 2 for number, _ in found)


@pytest.mark.parametrize("frame", [pl.DataFrame({"text": [ONE]}), pl.DataFrame({"message": [1]})])
def test_frame_without_messages_is_refused(frame: pl.DataFrame, mapping: Mapping) -> None:
    with pytest.raises(UsageError, match="column `message`"):
        mapping.convert_frame(frame)


def test_several_messages_at_once_are_refused(mapping: Mapping) -> None:
    with pytest.raises(UsageError, match="one HL7 v2 message"):
        mapping.convert(ONE + TWO)
