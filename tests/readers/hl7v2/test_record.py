"""Single records: what may be given, and how values are read."""

from __future__ import annotations

import pytest

from interop.errors import UsageError
from interop.readers import open_reader
from interop.readers.hl7v2 import Hl7v2Reader
from tests.readers.hl7v2.layouts import layout
from tests.readers.hl7v2.reading import reader_of

ONE = "MSH|^~\\&|A||||||ADT^A01^ADT_A01|1\rEVN||1\rPID|1||A~B"


def test_reader_of_a_layout() -> None:
    assert isinstance(open_reader(layout()), Hl7v2Reader)


@pytest.mark.parametrize("data", [{"PID-3": "1"}, 7, None, [ONE], f"{ONE}\r{ONE}"])
def test_what_is_no_message_is_a_wrong_call(data: object) -> None:
    with pytest.raises(UsageError):
        reader_of().record(data)


@pytest.mark.parametrize(("data", "code"), [("", "R601"), ("hello", "R601"), (f"x\r{ONE}", "R601"), ("MSH|", "R602")])
def test_what_cannot_be_read_is_a_finding(data: str, code: str) -> None:
    record = reader_of().record(data, file="a.hl7")
    assert [(one.code, str(one.data)) for one in record.findings] == [(code, "a.hl7 record 1")]
    assert record.row.values == {}


def test_lines_around_a_message() -> None:
    record = reader_of().record(f"\x0bFHS|^~\\&\rBHS|^~\\&\r{ONE}\rBTS|1\rFTS|1\r\x1c\r")
    assert record.findings == ()
    assert record.row.values.get("EVN-2") == "1"


def test_values_are_read_at_first_sight() -> None:
    values = reader_of().record(ONE).row.children.get("patient")[0].values
    assert dict(values) == {}
    assert (values.get("PID-3"), values["PID-3[2]"], values.get("PID-4"), values.get("PID-4", "x")) == (
        "A",
        "B",
        None,
        "x",
    )
    assert ("PID-1" in values, "PID-4" in values, 4 in values) == (True, False, False)
    assert dict(values) == {"PID-3": "A", "PID-3[2]": "B", "PID-1": "1"}
    with pytest.raises(KeyError):
        values["PID-4"]


def test_rows_know_where_they_stand() -> None:
    root = reader_of().record(ONE + "\rNK1|1\rNK1|2").row
    (patient,) = root.children.get("patient")
    assert [(row.number, row.parent is patient) for row in patient.children.get("next-of-kin")] == [
        (1, True),
        (2, True),
    ]
    assert patient.children.get("allergy", ()) == ()
    assert patient.children.get("message/MSH-3", ()) == ()
    assert patient.children.get("patient/PV1-7", ()) == ()
    repetitions = patient.children.get("patient/PID-3")
    assert [(row.number, row.parent is patient, row.values.get("PID-3")) for row in repetitions] == [
        (1, True, "A"),
        (2, True, "B"),
    ]


def test_contexts() -> None:
    parents = reader_of().context_parents("message")
    assert list(parents)[:3] == ["message", "software", "patient"]
    assert (parents["message"], parents["observation"], parents["observation/OBX-5"]) == (None, "order", "observation")
    assert (parents["patient/PV1-7"], "order/PID-3" in parents) == ("patient", False)
    with pytest.raises(KeyError):
        reader_of().context_parents("patient")


def test_findings_hold_no_values() -> None:
    record = reader_of().record(ONE + "~\\secret\\\rsecret\rZZZ|secret", file="a.hl7")
    assert {one.code for one in record.findings} == {"R613", "R610", "R615"}
    assert not any("secret" in str(one) for one in record.findings)
