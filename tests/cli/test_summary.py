"""The summary of a run: one screen, 80 columns, the figures of the report."""

from __future__ import annotations

import pytest

from interop.cli.summary import CODES_SHOWN, WIDTH, summary
from interop.errors import CODES
from interop.fhir.definitions import resource_names
from interop.job.fields import FieldCounts
from interop.job.options import Options
from interop.job.report import Report
from interop.limits import Limits


@pytest.fixture
def report() -> Report:
    """A night's run, of large figures."""
    made = Report("us/elr", "0.1.0", "0" * 64, Options(limits=Limits(columns=5000)), FieldCounts(564, 1203, 5))
    made.files, made.framed, made.workers, made.again = 31, 48_213_000, 8, 1_204
    made.tally.converted, made.tally.quarantined = 48_212_999, 1
    made.bytes_in, made.seconds, made.peak_memory = 40_000_000_000, 20_000.5, 700_000_000
    made.resources.update(dict.fromkeys(resource_names()[:24], 48_213_000))
    return made


def test_it_fits_a_screen_of_80_columns(report: Report) -> None:
    report.findings.update(dict.fromkeys(CODES, 1_234_567))
    lines = summary(report, None)
    assert max(map(len, lines)) <= WIDTH
    assert len(lines) <= 60
    assert f"  … and {len(CODES) - CODES_SHOWN} more codes, in report.json" in lines


@pytest.mark.parametrize(
    "words",
    [
        "us/elr 0.1.0",
        "files 31",
        "records 48,213,000",
        "converted 48,212,999 99.99%",
        "in quarantine 1 0.01%",
        "fields of the layout 1,772 564 used, 1,203 excused, 5 left over",
        "ids seen again 1,204",
        "raised columns 5,000 from 4,096",
        "resources 1,157,112,000",
        "20000.50 s: 2,411 records/s, 57,854 resources/s, 2.0 MB/s in",
        "converted by 8 processes, 700 MB memory at most",
    ],
)
def test_figures(report: Report, words: str) -> None:
    assert words in [" ".join(line.split()) for line in summary(report, None)]


def test_shares_are_never_rounded_to_all_or_nothing(report: Report) -> None:
    text = "\n".join(summary(report, None))
    assert "100.00%" not in text
    assert "0.00%" not in text


def test_findings_that_cost_records_come_first_each_with_its_remedy(report: Report) -> None:
    report.findings.update({"V212": 900, "R504": 3, "D401": 7, "R206": 50})
    lines = summary(report, None)
    at = lines.index("findings")
    coded = [line.split()[0] for line in lines[at + 1 :] if line[2:6] in CODES]
    assert coded == ["D401", "R504", "V212", "R206"]
    assert lines[at + 2].strip().startswith("→ choose key fields")


def test_resources_stand_in_columns_by_name(report: Report) -> None:
    report.tally.resources.clear()
    counts = {"Patient": 2, "Account": 1, "Basic": 30, "Flag": 400_000, "List": 5, "Media": 6, "Slot": 7}
    report.resources.update(counts | {"Observation": 9_000})
    lines = summary(report, None)
    at = next(number for number, line in enumerate(lines) if line.startswith("    Account"))
    assert lines[at : at + 2] == [
        "    Account   1   Flag  400,000   Media            6   Patient  2",
        "    Basic    30   List        5   Observation  9,000   Slot     7",
    ]


def test_report_of_nothing(report: Report) -> None:
    lines = summary(Report("zz/a", "0.1.0", "0" * 64), None)
    assert len(lines) == 7


def test_where_it_went(report: Report, tmp_path) -> None:
    *_, written, quarantine = summary(report, tmp_path)
    assert written == f"written to {tmp_path} (report.json, findings.ndjson)"
    assert quarantine == f"quarantine: interop quarantine list {tmp_path}"
