"""Frames in, frames out: the same as record by record, by the columnar executor."""

from __future__ import annotations

import pickle
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import polars as pl
import pytest

import interop
from interop.api import Mapping
from interop.errors import UsageError
from interop.spec.layout import DelimitedLayout
from tests.mapping_cases import ROOT, packages
from tests.plans.snippets import write_package

PATIENT = """\
$resource: Patient
$for: row
id: NUMBER
name: [{text: "{NAME} of {file.name}"}]
birthDate: BORN | date
"""
ROWS = pl.DataFrame(
    {"NUMBER": ["1", "2", None, "4"], "NAME": ["Ana", None, "Lee", " "], "BORN": ["x", None, "", "2024"]}
)


@pytest.fixture
def mapping(tmp_path: Path) -> Mapping:
    return Mapping(write_package(tmp_path, {"Patient.yaml": PATIENT}, {"row": "NUMBER NAME BORN"}))


class Stream:
    """What only speaks the Arrow C stream interface, as a table of another library."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self._frame = frame

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._frame.__arrow_c_stream__(requested_schema)


def test_resources_and_findings(mapping: Mapping) -> None:
    done = mapping.convert_frame(ROWS, file="a.csv")
    assert done.resources.schema == {"record": pl.UInt32, "type": pl.String, "id": pl.String, "json": pl.String}
    assert done.resources.rows() == [
        (0, "Patient", "1", '{"resourceType":"Patient","id":"1","name":[{"text":"Ana of a.csv"}]}'),
        (1, "Patient", "2", '{"resourceType":"Patient","id":"2"}'),
        (3, "Patient", "4", '{"resourceType":"Patient","id":"4","birthDate":"2024"}'),
    ]
    assert done.findings.rows() == [
        (0, "warning", "V211", "Patient.birthDate", "BORN"),
        (2, "error", "D401", "Patient.id", "NUMBER"),
    ]


@pytest.mark.parametrize("folder", packages(), ids=lambda folder: f"{folder.parent.name}/{folder.name}")
def test_samples_give_what_single_records_give(folder: Path) -> None:
    mapping = interop.load(folder)
    layout = mapping.package.layout
    if not isinstance(layout, DelimitedLayout):
        pytest.skip("messages are no rows: test_messages.py")
    for path in sorted((ROOT / "samples" / mapping.id).iterdir()):
        if path.suffix == ".md" or any(table.record for table in layout.tables):
            continue
        frame = pl.read_csv(
            path.read_text(encoding=layout.charset).encode(),
            separator=layout.delimiter,
            quote_char=layout.quote,
            infer_schema=False,
        )
        made = mapping.convert_frame(frame, file=path.name)
        single = list(mapping.convert_many(frame.rows(named=True), file=path.name))
        assert made.resources.height
        assert made.resources.get_column("record").is_sorted()
        for record, conversion in enumerate(single):
            texts = made.resources.filter(pl.col("record") == record).get_column("json").to_list()
            assert sorted(texts) == sorted(conversion.texts)


def test_rows_of_one_key_are_one_record() -> None:
    mapping = interop.load("us/cms-rif")
    header, *lines = (ROOT / "samples/us/cms-rif/carrier.txt").read_text().splitlines()
    names = header.split("|")
    rows = [dict(zip(names, line.split("|"), strict=False)) for line in lines]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String))
    made = mapping.convert_frame(frame, file="carrier.txt").resources
    claims = list(dict.fromkeys(row["CLM_ID"] for row in rows))
    assert made.get_column("record").to_list() == list(range(len(claims)))
    for number, claim in enumerate(claims):
        conversion = mapping.convert([row for row in rows if row["CLM_ID"] == claim], file="carrier.txt")
        assert (made.item(number, "json"),) == conversion.texts


def test_any_arrow_stream_will_do(mapping: Mapping) -> None:
    expected = mapping.convert_frame(ROWS, file="a.csv")
    for frame in (Stream(ROWS), pl.concat([ROWS[:1], ROWS[1:]], rechunk=False)):
        done = mapping.convert_frame(frame, file="a.csv")
        assert done.resources.equals(expected.resources)
        assert done.findings.equals(expected.findings)


def test_columns_in_any_order_some_absent_some_unknown(mapping: Mapping) -> None:
    done = mapping.convert_frame(ROWS.select("NAME", "NUMBER").with_columns(OTHER=pl.lit("x")))
    assert done.resources.height == 3
    assert not done.resources.get_column("json").str.contains("birthDate").any()


def test_no_rows(mapping: Mapping) -> None:
    done = mapping.convert_frame(ROWS.clear())
    assert (done.resources.height, done.findings.filter(pl.col("severity") == "error").height) == (0, 0)


def test_frame_is_left_as_it_is(mapping: Mapping) -> None:
    frame = ROWS.clone()
    mapping.convert_frame(frame)
    assert frame.equals(ROWS)


@pytest.mark.parametrize(
    "frame",
    [pl.DataFrame({"NUMBER": [1], "NAME": ["Qzx"]}), pl.DataFrame({"OTHER": ["Qzx"]})],
    ids=["not text", "no table"],
)
def test_frame_that_is_refused_says_no_value(mapping: Mapping, frame: pl.DataFrame) -> None:
    with pytest.raises(UsageError) as refused:
        mapping.convert_frame(frame)
    assert "Qzx" not in str(refused.value)


def test_batches_in_several_threads_and_files(mapping: Mapping) -> None:
    """As Spark's or Ray's workers would: nothing of one batch is seen in another."""
    names = ["a.csv", "b.csv", "c.csv"] * 8
    expected = {name: mapping.convert_frame(ROWS, file=name).resources for name in names}
    with ThreadPoolExecutor(3) as threads:
        done = list(threads.map(lambda name: mapping.convert_frame(ROWS, file=name).resources, names))
    assert all(one.equals(expected[name]) for one, name in zip(done, names, strict=True))


def test_pickled_mapping_converts_frames(mapping: Mapping) -> None:
    again = pickle.loads(pickle.dumps(mapping))
    assert again.convert_frame(ROWS).resources.equals(mapping.convert_frame(ROWS).resources)
