"""`interop list`, `show`, `explain`, `schema` and `new`."""

from __future__ import annotations

import json

import pytest

import interop as library


def test_list_names_the_bundled_packages(interop) -> None:
    done = interop("list")
    assert done.code == 0
    assert done.lines[0].split() == ["ID", "VERSION", "STATUS", "TITLE"]
    assert [line.split()[0] for line in done.lines[1:]] == [
        "br/sim",
        "intl/hl7v2",
        "jp/ss-mix2",
        "mx/covid-linelist",
        "uk/immunisation",
        "us/cms-rif",
        "us/elr",
    ]


def test_list_says_which_package_is_refused(interop, clinic) -> None:
    card = clinic / "mapping.yaml"
    card.write_text(card.read_text().replace("status: draft", "status: dreaft"))
    done = interop("list", "--mappings", clinic.parents[1])
    assert done.code == 0
    assert any("zz/clinic" in line and "refused" in line for line in done.lines)


def test_list_knows_an_overlay(interop, clinic) -> None:
    over = clinic.with_name("over")
    over.mkdir()
    (over / "mapping.yaml").write_text("id: zz/over\nextends: zz/clinic\nversion: 0.2.0\n")
    (line,) = [line for line in interop("list", "--mappings", clinic.parents[1]).lines if line.startswith("zz/over")]
    assert line.split()[:3] == ["zz/over", "0.2.0", "draft"]


def test_show_tells_all_parts(interop, clinic) -> None:
    text = interop("show", clinic).out.decode()
    for words in (
        "zz/clinic",
        "CC0-1.0",
        "FHIR 4.0.1",
        "row  6 columns",
        "Patient  Patient  for each row",
        "sex  2 codes",
    ):
        assert words in text
    assert "row.NOTE" in text


def test_explain_names_source_steps_and_place(interop, clinic) -> None:
    done = interop("explain", clinic)
    assert done.code == 0
    row = next(line for line in done.lines if "Patient.birthDate" in line)
    assert "row.BORN | date DD/MM/YYYY" in row
    assert "Patient.yaml:10" in row


def test_explain_as_text(interop, clinic) -> None:
    lines = interop("explain", clinic, "--format", "text").lines
    at = lines.index("  Patient.gender")
    assert lines[at + 1] == "    source  row.SEX | code sex"


def test_explain_as_json(interop, clinic) -> None:
    whole = json.loads(interop("explain", clinic, "--format", "json").out)
    assert whole["mapping"] == "zz/clinic"
    elements = {element["target"]: element for element in whole["rules"][0]["elements"]}
    assert elements["Patient.gender"]["place"]["line"] == 9


def test_explain_one_rule(interop) -> None:
    text = interop("explain", "uk/immunisation", "--rule", "Practitioner").out.decode()
    assert "Practitioner: one Practitioner" in text
    assert "Immunization." not in text


def test_explain_unknown_rule(interop, clinic) -> None:
    done = interop("explain", clinic, "--rule", "Patent")
    assert done.code == 2
    assert "its rules are Patient" in done.err


@pytest.mark.parametrize("kind", ["mapping", "resource", "part", "report"])
def test_schema_is_draft_07(interop, kind) -> None:
    schema = json.loads(interop("schema", kind).out)
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"


def test_new_package_passes_its_own_test(interop, clinic) -> None:
    test = clinic / "tests" / "001-one-person"
    done = interop("convert", "-m", clinic, test / "in.csv")
    assert done.code == 0
    assert done.out == (test / "out.ndjson").read_bytes()
    assert library.load(clinic).findings == ()


def test_new_package_of_messages_passes_its_own_test(interop, tmp_path) -> None:
    ward = tmp_path / "ward"
    assert interop("new", "zz/ward", "--format", "hl7v2", "-o", ward).code == 0
    test = ward / "tests" / "001-one-person"
    done = interop("convert", "-m", ward, test / "in.hl7")
    assert done.code == 0
    assert done.out == (test / "out.ndjson").read_bytes()
    assert library.load(ward).findings == ()
    assert not any("@" in file.read_text() for file in ward.rglob("*") if file.is_file())
    shown = interop("show", ward).out.decode()
    assert "patient  in message   a row is PID; holds PV1" in shown
    assert "for each patient" in shown
    assert "10 fields" not in shown


def test_new_leaves_no_hole_of_the_template(clinic) -> None:
    texts = [file.read_text() for file in clinic.rglob("*") if file.is_file()]
    assert len(texts) >= 9
    assert not any("@" in text for text in texts)


@pytest.mark.parametrize("identity", ["clinic", "ZZ/clinic", "zz/clinic/more", "zz/"])
def test_new_refuses_an_id_of_another_form(interop, tmp_path, identity) -> None:
    assert interop("new", identity, "-o", tmp_path / "new").code == 2
    assert not (tmp_path / "new").exists()


def test_new_writes_over_nothing(interop, clinic) -> None:
    before = (clinic / "Patient.yaml").read_text()
    done = interop("new", "zz/clinic", "-o", clinic)
    assert done.code == 2
    assert "is not empty" in done.err
    assert (clinic / "Patient.yaml").read_text() == before
