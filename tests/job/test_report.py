"""The figures of a run, in its report and in report.json."""

from __future__ import annotations

import json

from interop.job.run import Progress, run_job

GOOD, BAD_DATE, NO_KEY, SHORT = "1,Ana,1980-12-31", "2,Lee,1980-02-30", ",Zoe,", "4,Ida"


def test_figures(run, people) -> None:
    done = run(people(GOOD, BAD_DATE, NO_KEY, SHORT, "5,,", name="a.csv"), people("6,Kim,", name="b.csv"))
    report = done.report
    assert (report.files, report.framed, report.counted, report.converted, report.quarantined) == (2, 6, 6, 4, 2)
    assert dict(report.resources) == {"Patient": 4, "Observation": 3}
    assert dict(report.findings) == {"V212": 1, "D401": 2, "R501": 1}
    assert (
        report.bytes_in
        == report.bytes_accounted
        == sum((done.out.parent / name).stat().st_size for name in ("a.csv", "b.csv"))
    )
    assert report.bytes_out == sum((done.out / f"{kind}.ndjson").stat().st_size for kind in report.resources)
    assert report.broken_laws == []
    assert report.seconds > 0
    assert report.peak_memory > 1_000_000


def test_report_json_says_the_same(run, people) -> None:
    done = run(people(GOOD, BAD_DATE, NO_KEY))
    found = json.loads((done.out / "report.json").read_bytes())
    assert found["mapping"] == {"id": "zz/snippet", "version": "0.1.0", "hash": done.report.hash}
    assert found["records"] == {"framed": 3, "countedIndependently": 3, "converted": 2, "quarantined": 1} | {
        "leftOut": 0,
        "cutByLimit": False,
    }
    assert found["resources"] == {"Observation": 2, "Patient": 2}
    assert [(one["code"], one["count"]) for one in found["findings"]] == sorted(done.report.findings.items())
    assert found["exitCode"] == 1
    assert found["brokenLaws"] == []
    assert list(found["resources"]) == sorted(found["resources"])


def test_findings_are_all_in_their_file_and_a_sample_in_the_report(run, people) -> None:
    done = run(people(*[f"{number},Ana,x" for number in range(25)]))
    found = done.lines("findings.ndjson")
    assert [(one["code"], one["record"]) for one in found] == [("V211", number) for number in range(1, 26)]
    assert {key: found[0][key] for key in ("severity", "file", "field", "target")} == {
        "severity": "warning",
        "file": "people.csv",
        "field": "BORN",
        "target": "Patient.birthDate",
    }
    assert len(done.report.samples["V211"]) == 10


def test_type_without_resources_is_not_reported(run, people) -> None:
    report = run(people("1,,")).report
    assert dict(report.resources) == {"Patient": 1}


def test_progress_grows_to_the_size_of_the_files(mapping, people, tmp_path) -> None:
    files = [people(*[f"{n},Ana," for n in range(9)], name="a.csv"), people("1,Ana,", name="b.csv")]
    seen: list[Progress] = []
    run_job(mapping.plan, mapping.package.layout, files, tmp_path / "out", progress=seen.append)
    total = sum(path.stat().st_size for path in files)
    assert [one.file for one in seen] == ["a.csv", "b.csv"]
    assert [one.records for one in seen] == [9, 10]
    assert {one.total_bytes for one in seen} == {total}
    assert seen[0].done_bytes < seen[1].done_bytes <= total
