"""Hostile files through the command: findings and the right exit code, never a traceback; no record is lost."""

from __future__ import annotations

import gzip
import json
import os
import random
import subprocess
import sys
from base64 import b64decode
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.plans.snippets import CARD, SOURCE

INTEROP = Path(sys.executable).with_name("interop")
PATIENT = """\
$resource: Patient
$for: row
id: NUMBER
$unique: true
name: [{text: NAME}]
birthDate: BORN | date
"""
COLUMNS = "column,required,modifies,title\nNUMBER,yes,,\nNAME,,,\nBORN,,,\n"
HEADER = b"NUMBER,NAME,BORN\n"
GOOD = b"1,Ana,1980-12-31\n"


@dataclass(frozen=True)
class Done:
    """What the command left behind. A run that ended has a report; every file of NDJSON is whole."""

    code: int
    err: str
    out: Path

    @property
    def report(self) -> dict[str, Any]:
        return json.loads((self.out / "report.json").read_bytes())

    @property
    def codes(self) -> dict[str, int]:
        return {finding["code"]: finding["count"] for finding in self.report["findings"]}

    @property
    def records(self) -> tuple[int, int]:
        """Converted, and in quarantine: together they are all."""
        found = self.report["records"]
        assert found["framed"] == found["countedIndependently"] == found["converted"] + found["quarantined"]
        assert self.report["brokenLaws"] == []
        files = sorted(self.out.glob("Patient*.ndjson"))  # one a part
        resources = b"".join(file.read_bytes() for file in files).splitlines()
        assert len(list(map(json.loads, resources))) == self.report["resources"].get("Patient", 0)
        assert len(self.quarantine) == found["quarantined"] + self.report["rejectedFiles"]
        return found["converted"], found["quarantined"]

    @property
    def quarantine(self) -> list[dict[str, Any]]:
        path = self.out / "quarantine" / "records.ndjson"
        return [json.loads(line) for line in path.read_bytes().splitlines()] if path.exists() else []


Convert = Callable[..., Done]


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile") / "package"
    for name, text in {"mapping.yaml": CARD + SOURCE, "Patient.yaml": PATIENT, "source/row.csv": COLUMNS}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


@pytest.fixture
def convert(package: Path, tmp_path: Path) -> Convert:
    """Runs the command over a file of these bytes, or over paths."""

    def call(*inputs: bytes | Path, name: str = "in.csv", words: tuple[str, ...] = ()) -> Done:
        paths = []
        for data in inputs:
            path = tmp_path / name if isinstance(data, bytes) else data
            if isinstance(data, bytes):
                path.write_bytes(data)
            paths.append(path)
        out = tmp_path / "out"
        command = [INTEROP, "convert", "-m", package, "-o", out, *words, *paths]
        done = subprocess.run(command, capture_output=True, check=False)
        err = done.stderr.decode()
        assert "Traceback" not in err
        assert "panicked" not in err
        assert done.stdout == b""
        return Done(done.returncode, err, out)

    return call


@pytest.mark.parametrize(
    ("data", "code", "findings"),
    [
        (b"", 0, {"R206": 1}),
        (b"\n\r\n\n", 0, {"R206": 1}),
        (b"\xef\xbb\xbf", 0, {"R206": 1}),
        (HEADER, 0, {"R206": 1}),
        (HEADER.rstrip(), 0, {"R206": 1}),
        (HEADER + b"\n\n\r\n", 0, {"R206": 1}),
        (b"\x00\x00\x00", 1, {"R208": 1}),
        (b"OTHER,NAMES\n1,2\n", 1, {"R201": 1}),
        (b"NAME,BORN\nAna,\n", 1, {"R203": 1}),
        (b"NUMBER,NAME,NUMBER\n1,Ana,2\n", 1, {"R204": 1}),
        ("NUMBER,NAME\n1,Ana\n".encode("utf-16"), 1, {"R208": 1}),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 50, 1, {"R208": 1}),
        (b'"NUMBER,NAME\n1,Ana\n', 1, {"R208": 1}),
    ],
    ids=["empty", "blank", "mark", "header", "header cut", "header blank", "NULs", "other header", "no key",
         "twice", "UTF-16", "picture", "open header"],
)  # fmt: skip
def test_file_without_a_record(convert: Convert, data: bytes, code: int, findings: dict[str, int]) -> None:
    done = convert(data)
    assert (done.code, done.codes, done.records) == (code, findings, (0, 0))
    assert done.report["rejectedFiles"] == code
    for finding in findings:
        assert f"{finding} " in done.err


@pytest.mark.parametrize(
    ("rows", "converted", "lost"),
    [
        (b"2,Le\x00e,\n", 1, {"R506": 1}),
        (b"2,Jos\xe9,\n", 1, {"R505": 1}),
        (b"2,Lee\n", 1, {"R501": 1}),
        (b"2,Lee,,\n", 1, {"R502": 1}),
        (b'2,"Lee"x,\n', 1, {"R504": 1}),
        (b',"Lee",\n', 1, {"D401": 1}),
        (b"a b,Lee,\n", 1, {"D404": 1}),
        (b"\x00\n\x00\n\x00\n", 1, {"R506": 3}),
    ],
    ids=["NUL", "charset", "short", "long", "quote", "no key", "no id", "NULs"],
)
def test_bad_row_costs_itself_alone(convert: Convert, rows: bytes, converted: int, lost: dict[str, int]) -> None:
    done = convert(HEADER + GOOD + rows)
    assert done.code == 1
    assert done.records == (converted, sum(lost.values()))
    assert done.codes == lost
    kept = [b64decode(entry["data"]) for entry in done.quarantine]
    assert kept == rows.splitlines()


def test_quote_that_is_never_closed(convert: Convert) -> None:
    """The row that opens it is lost, and not the thousands that follow."""
    rows = b"".join(b"%d,Ana,\n" % number for number in range(2, 5002))
    done = convert(HEADER + b'1,"Ana,\n' + rows)
    assert done.code == 1
    assert done.records == (5000, 1)
    assert done.codes["R503"] == 1
    assert [b64decode(entry["data"]) for entry in done.quarantine] == [b'1,"Ana,']


def test_mixed_line_ends(convert: Convert) -> None:
    done = convert(b"NUMBER,NAME,BORN\r\n1,a,\n2,b,\r3,c,\r\n\n\r\r4,d,")
    assert (done.code, done.records, done.codes) == (0, (4, 0), {})


def test_line_ends_inside_quotes(convert: Convert) -> None:
    done = convert(HEADER + b'1,"a\r\nb\rc\n",\r\n2,b,\n')
    assert (done.code, done.records) == (0, (2, 0))
    first = json.loads((done.out / "Patient.ndjson").read_bytes().splitlines()[0])
    assert first["name"][0]["text"].split() == ["a", "b", "c"]


def test_4000_columns(convert: Convert) -> None:
    names = [b"NUMBER", *(b"C%d" % number for number in range(3999))]
    done = convert(b",".join(names) + b"\n" + (b"1" + b",x" * 3999 + b"\n") * 3 + b"2" + b",x" * 4000 + b"\n")
    assert done.code == 1
    assert done.records == (3, 1)
    assert done.codes == {"R205": 1, "R502": 1, "D403": 2}


def test_more_columns_than_the_limit(convert: Convert) -> None:
    done = convert(b",".join(b"C%d" % number for number in range(5000)) + b"\n")
    assert (done.code, done.codes, done.records) == (1, {"R209": 1}, (0, 0))


def test_duplicated_ids(convert: Convert) -> None:
    done = convert(HEADER + GOOD * 1000, words=("--findings", "2"))
    assert done.code == 0
    assert done.records == (1000, 0)
    assert done.codes == {"D403": 999}
    assert "… and 997 more of D403" in done.err
    assert done.report["idsSeenAgain"] == 999


def test_giant_line(convert: Convert, tmp_path: Path) -> None:
    """300 MB on one line, compressed: it costs itself, its beginning is kept, and the memory is bounded."""
    size = 300_000_000
    path = tmp_path / "giant.csv.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(HEADER + GOOD + b"2,")
        for _ in range(size // 1_000_000):
            file.write(b"x" * 1_000_000)
        file.write(b",\n3,Lee,\n")
    done = convert(path)
    assert (done.code, done.records, done.codes) == (1, (2, 1), {"R507": 1})
    assert done.report["bytes"]["in"] == len(HEADER + GOOD) + size + len(b"2,,\n3,Lee,\n")
    (entry,) = done.quarantine
    assert (entry["record"], entry["length"]) == (2, size + 3)
    assert len(b64decode(entry["data"])) < 65 * 1024 * 1024
    assert done.report["peakMemory"] < 1_000_000_000


def test_giant_line_instead_of_a_header(convert: Convert) -> None:
    done = convert(b"x" * 70_000_000)
    assert (done.code, done.codes, done.records) == (1, {"R208": 1}, (0, 0))
    assert done.report["bytes"]["in"] == 70_000_000


@pytest.mark.parametrize("cut", [20, 500, 5000])
def test_gz_that_is_cut(convert: Convert, cut: int) -> None:
    rows = b"".join(b"%d,%x,\n" % (number, random.Random(number).getrandbits(64)) for number in range(1000))
    done = convert(gzip.compress(HEADER + rows, mtime=0)[:-cut], name="in.csv.gz")
    converted, lost = done.records
    assert done.code == 1
    assert done.codes["R210"] == 1
    assert done.report["rejectedFiles"] == 1
    assert lost == done.codes.get("R513", 0) <= 1
    assert 500 < converted <= 1000


@pytest.mark.parametrize("data", [b"", b"no gzip at all", b"\x1f\x8b\x08", b"\x1f\x8b" + bytes(100)])
def test_gz_that_is_none(convert: Convert, data: bytes) -> None:
    done = convert(data, name="in.csv.gz")
    assert (done.code, done.records) == (1, (0, 0))
    assert done.codes["R210"] == 1


def test_bytes_by_chance(convert: Convert, tmp_path: Path) -> None:
    """A folder of noise, half of it behind a header; each file has its say, and none stops the others."""
    folder = tmp_path / "noise"
    folder.mkdir()
    for number in range(30):
        chance = random.Random(number)
        noise = bytes(chance.choices(b'1a,"\n\r\x00\xff\xc3\xa9 ', k=chance.randint(0, 400)))
        noise = chance.randbytes(300) if number % 5 == 0 else noise
        (folder / f"{number:02}.csv").write_bytes((HEADER if number % 2 else b"") + noise)
    (folder / "last.csv").write_bytes(HEADER + GOOD)
    done = convert(folder)
    assert done.code == 1
    assert done.report["files"] == 31
    converted, lost = done.records
    assert converted >= 1
    assert lost > 30
    held = Counter(entry["file"] for entry in done.quarantine)
    assert len(held) > 20
    for entry in done.quarantine:
        if entry["record"]:
            data = (folder / entry["file"]).read_bytes()
            assert b64decode(entry["data"]) == data[entry["offset"] : entry["offset"] + entry["length"]]


def test_same_findings_by_rows(convert: Convert) -> None:
    data = HEADER + GOOD + b'2,Lee\n,Zoe,\n3,"x,1980-02-30\n' + GOOD
    by_columns = convert(data)
    expected = (by_columns.codes, by_columns.quarantine, (by_columns.out / "Patient.ndjson").read_bytes())
    by_rows = convert(data, words=("--executor", "rows", "--batch-rows", "1"))
    assert (by_rows.codes, by_rows.quarantine, (by_rows.out / "Patient.ndjson").read_bytes()) == expected


def test_missing_file(convert: Convert, tmp_path: Path) -> None:
    done = convert(tmp_path / "nowhere.csv")
    assert done.code == 2
    assert "nowhere.csv" in done.err
    assert not done.out.exists()


def test_folder_without_files(convert: Convert, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = convert(tmp_path / "empty")
    assert done.code == 2
    assert "holds no files" in done.err


def test_folder_of_folders(convert: Convert, tmp_path: Path) -> None:
    (tmp_path / "in" / "below").mkdir(parents=True)
    (tmp_path / "in" / "a.csv").write_bytes(HEADER + GOOD)
    (tmp_path / "in" / "below" / "a.csv").write_bytes(HEADER + GOOD)
    done = convert(tmp_path / "in")
    assert (done.code, done.report["files"], done.records, done.codes) == (0, 2, (2, 0), {"D403": 1})


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_file_that_may_not_be_read(convert: Convert, tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_bytes(HEADER + GOOD)
    path.chmod(0)
    assert convert(path).code in {2, 4}


def test_output_that_is_a_file(convert: Convert, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    assert convert(HEADER + GOOD).code == 2
    assert (tmp_path / "out").read_text() == "mine"


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("records", [1, 1000])
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk to write to")
def test_standard_output_that_is_full(package: Path, tmp_path: Path, records: int, unbuffered: str) -> None:
    """Whether that is met at the first line, or when what was held back is written at the end."""
    path = tmp_path / "in.csv"
    path.write_bytes(HEADER + GOOD * records)
    with open("/dev/full", "wb") as full:
        words = [INTEROP, "convert", "-m", package, path]
        env = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
        done = subprocess.run(words, stdout=full, stderr=subprocess.PIPE, env=env, check=False)
    assert done.returncode == 4
    assert b"No space left" in done.stderr
    assert b"Traceback" not in done.stderr


def test_standard_output_that_nobody_reads(package: Path, tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_bytes(HEADER + GOOD * 50_000)
    words = [INTEROP, "convert", "-m", package, path]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        err = process.stderr.read()
    assert process.returncode == 4
    assert b"Traceback" not in err
    assert b"BrokenPipe" not in err
