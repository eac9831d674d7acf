"""`interop check`: all findings at once, as text and as JSON."""

from __future__ import annotations

import json

import pytest


@pytest.fixture
def broken(clinic):
    patient = clinic / "Patient.yaml"
    text = patient.read_text()
    for right, wrong in (("gender:", "gendre:"), ("BORN | date", "BORN | dat"), ("code sex", "code seks")):
        text = text.replace(right, wrong)
    patient.write_text(text)
    return clinic


def test_sound_package(interop, clinic) -> None:
    done = interop("check", clinic)
    assert done.code == 0
    assert done.lines[-1] == f"{clinic}: 1 rule, 6 columns, 1 concept map, 0 errors, 0 warnings"


def test_warning_refuses_nothing(interop, clinic) -> None:
    (clinic / "ignored.csv").write_text("source_path,reason\n")
    done = interop("check", clinic)
    assert done.code == 0
    assert "M301" in done.out.decode()
    assert "1 warning" in done.lines[-1]


def test_every_finding_with_place_and_remedy(interop, broken) -> None:
    done = interop("check", broken)
    text = done.out.decode()
    assert done.code == 3
    for code, line in (("M131", 9), ("M114", 10)):
        assert code in text
        assert f"Patient.yaml:{line}:" in text
    assert "gender" in text
    assert "refused" in done.lines[-1]


def test_several_packages(interop, clinic) -> None:
    done = interop("check", "uk/immunisation", clinic)
    assert done.code == 0
    assert [line.split(":")[0] for line in done.lines] == ["uk/immunisation", str(clinic)]


def test_json(interop, broken) -> None:
    done = interop("check", "--output", "json", broken)
    assert done.code == 3
    (result,) = json.loads(done.out)
    assert result["mapping"] == str(broken)
    found = {finding["code"]: finding for finding in result["findings"]}
    assert found["M131"]["line"] == 9
    assert found["M131"]["file"].endswith("Patient.yaml")
    assert found["M131"]["severity"] == "error"
    assert found["M131"]["fix"]


def test_unknown_package(interop) -> None:
    assert interop("check", "zz/none").code == 2
