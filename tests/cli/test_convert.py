"""`interop convert`: what goes to standard output, what to standard error, and the exit code."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

GOOD = "100,Example,Alex,2,31/12/1980,"
NO_KEY = ",Hidden,Zebedee,1,01/02/1999,"
BAD_DATE = "{},Hidden,Zebedee,1,99/99/1999,"


def test_folder_gets_a_file_for_each_type(interop, clinic, rows, tmp_path) -> None:
    done = interop("convert", "-m", clinic, "-o", tmp_path / "out", rows(GOOD))
    assert done.code == 0
    assert done.out == b""
    patient = json.loads((tmp_path / "out" / "Patient.ndjson").read_bytes())
    assert patient["birthDate"] == "1980-12-31"
    assert json.loads((tmp_path / "out" / "report.json").read_bytes())["records"]["converted"] == 1
    for words in (r"records +1\n", r"converted +1\n", r"Patient +1\n", "records/s", f"written to {tmp_path / 'out'}"):
        assert re.search(words, done.err)


def test_standard_output_holds_nothing_but_data(interop, clinic, rows) -> None:
    done = interop("convert", "-m", clinic, "-o", "-", rows(GOOD, BAD_DATE.format(101)))
    assert done.code == 0
    assert [json.loads(line)["resourceType"] for line in done.lines] == ["Patient", "Patient"]
    assert "V212" in done.err


def test_standard_output_is_the_default(interop, clinic, rows) -> None:
    file = rows(GOOD)
    assert interop("convert", "-m", clinic, file).out == interop("convert", "-m", clinic, "-o", "-", file).out != b""


def test_bundle_is_one_line_a_record(interop, clinic, rows) -> None:
    done = interop("convert", "-m", clinic, "--as", "bundle", rows(GOOD, GOOD.replace("100", "101")))
    bundles = [json.loads(line) for line in done.lines]
    assert [bundle["resourceType"] for bundle in bundles] == ["Bundle", "Bundle"]
    assert bundles[0]["entry"][0]["resource"]["identifier"][0]["value"] == "100"


def test_record_in_quarantine_is_exit_code_1(interop, clinic, rows, tmp_path) -> None:
    done = interop("convert", "-m", clinic, "-o", tmp_path / "out", rows(GOOD, NO_KEY))
    assert done.code == 1
    assert re.search(r"in quarantine +1 +50.00%\n", done.err)
    assert (tmp_path / "out" / "quarantine" / "records.ndjson").exists()


def test_finding_is_five_lines(interop, clinic, rows) -> None:
    done = interop("convert", "-m", clinic, rows(NO_KEY))
    assert re.search(
        r"^D401 part of the key has no value\n"
        r"  data    clinic\.csv record 1, NUMBER   \(bytes \d+\+\d+\)\n"
        r"  target  Patient\.id\n"
        r"  rule    .*Patient\.yaml:\d+:\d+\n"
        r"  fix     choose key fields",
        done.err,
        re.MULTILINE,
    )


def test_no_value_is_printed(interop, clinic, rows) -> None:
    done = interop(
        "convert", "-m", clinic, "-o", "-", rows(NO_KEY, BAD_DATE.format("7777777"), "888,Hidden,Zebedee,Q9")
    )
    for value in ("Hidden", "Zebedee", "99/99/1999", "7777777", "01/02/1999", "Q9"):
        assert value not in done.err


def test_findings_of_one_code_are_printed_so_often(interop, clinic, rows) -> None:
    file = rows(*[BAD_DATE.format(number) for number in range(8)])
    done = interop("convert", "-m", clinic, "--findings", "3", file)
    assert len(re.findall(r"^V212 ", done.err, re.MULTILINE)) == 3
    assert "… and 5 more of V212" in done.err
    assert re.search(r"^  V212  8  no such day or time\n +→ ", done.err, re.MULTILINE)


@pytest.mark.parametrize(("share", "code"), [("40", 5), ("50", 1), ("0", 5)])
def test_share_in_quarantine_over_the_bound_is_exit_code_5(interop, clinic, rows, share, code) -> None:
    assert interop("convert", "-m", clinic, "--max-quarantine", share, rows(GOOD, NO_KEY)).code == code


def test_executors_give_the_same_bytes(interop, clinic, rows) -> None:
    file = rows(GOOD, BAD_DATE.format(101), NO_KEY)
    columns, by_rows = (interop("convert", "-m", clinic, "--executor", name, file) for name in ("columns", "rows"))
    assert columns.out == by_rows.out != b""
    assert columns.code == by_rows.code == 1


def test_batch_size_changes_no_byte(interop, clinic, rows) -> None:
    file = rows(*[GOOD.replace("100", str(number)) for number in range(20)])
    assert interop("convert", "-m", clinic, "--batch-rows", 3, file).out == interop("convert", "-m", clinic, file).out


def test_latest_keeps_the_last_version(interop, clinic, rows, tmp_path) -> None:
    file = rows(GOOD, GOOD.replace("Alex", "Robin"))
    assert interop("convert", "-m", clinic, "--latest", "-o", tmp_path / "out", file).code == 0
    patient = json.loads((tmp_path / "out" / "Patient.ndjson").read_bytes())
    assert patient["name"][0]["given"] == ["Robin"]


def test_package_of_a_named_folder_is_found_by_id(interop, clinic, rows) -> None:
    maps = clinic.parents[1]
    assert interop("convert", "-m", "zz/clinic", "--mappings", maps, rows(GOOD)).code == 0


def test_folder_of_inputs_is_its_files_by_name(interop, clinic, rows, tmp_path) -> None:
    (tmp_path / "in").mkdir()
    for name, number in (("b.csv", "2"), ("a.csv", "1"), (".hidden", "3")):
        rows(GOOD.replace("100", number), name=f"in/{name}")
    done = interop("convert", "-m", clinic, tmp_path / "in")
    assert [json.loads(line)["identifier"][0]["value"] for line in done.lines] == ["1", "2"]


@pytest.mark.parametrize(
    "call",
    [
        (["-m", "zz/none", "{file}"], "no mapping package `zz/none`"),
        (["-m", "{clinic}", "nowhere.csv"], "no such file: nowhere.csv"),
        (["-m", "{clinic}"], "Missing argument"),
        (["{file}"], "Missing option '-m'"),
        (["-m", "{clinic}", "{file}", "{file}"], "is given twice"),
        (["-m", "{clinic}", "{empty}"], "holds no files"),
        (["-m", "{clinic}", "--latest", "{file}"], "--latest needs a folder"),
        (["-m", "{clinic}", "-o", "{file}", "{file}"], "is a file; -o names a folder"),
        (["-m", "{clinic}", "--as", "xml", "{file}"], "'xml' is not one of"),
        (["-m", "{clinic}", "--max-quarantine", "101", "{file}"], "not in the range"),
    ],
)
def test_wrong_call_is_exit_code_2(interop, clinic, rows, tmp_path, call) -> None:
    words, said = call
    (tmp_path / "empty").mkdir()
    places = {"clinic": clinic, "file": rows(GOOD), "empty": tmp_path / "empty"}
    done = interop("convert", *[word.format(**places) for word in words])
    assert done.code == 2
    assert said in done.err
    assert done.out == b""


def test_refused_mapping_is_exit_code_3(interop, clinic, rows) -> None:
    patient = clinic / "Patient.yaml"
    patient.write_text(patient.read_text().replace("birthDate:", "birthdate:").replace("gender: SEX", "gender: SEKS"))
    done = interop("convert", "-m", clinic, rows(GOOD))
    assert done.code == 3
    assert "M131" in done.err
    assert "M121" in done.err
    assert done.out == b""


def test_no_progress_in_a_pipe(interop, clinic, rows) -> None:
    assert "\x1b" not in interop("convert", "-m", clinic, rows(GOOD)).err


def test_wrong_header_is_a_finding_and_no_traceback(interop, clinic, tmp_path) -> None:
    file: Path = tmp_path / "other.csv"
    file.write_text("A,B\n1,2\n")
    done = interop("convert", "-m", clinic, file)
    assert done.code == 1
    assert re.search(r"files refused +1\n", done.err)
    assert "Traceback" not in done.err
