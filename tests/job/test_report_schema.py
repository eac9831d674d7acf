"""report.json and its schema: real reports are held to it, and it refuses what is no report."""

from __future__ import annotations

import json
from typing import Any

import jsonschema_rs
import pytest

from interop.job.fields import count_fields
from interop.job.report_schema import report_schema
from interop.job.run import run_job
from interop.limits import Limits
from tests.job.test_replay import mended  # noqa: F401

GOOD, BAD_DATE, NO_KEY, SHORT = "1,Ana,1980-12-31", "2,Lee,1980-02-30", ",Zoe,", "4,Ida"


def refusals(report: Any) -> list[str]:
    return [error.message for error in jsonschema_rs.Draft7Validator(report_schema()).iter_errors(report)]


def written(done: Any) -> Any:
    return json.loads((done.out / "report.json").read_bytes())


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"shape": "bundle"},
        {"latest": True},
        {"limit": 1},
        {"sample": 0.5},
        {"part_bytes": 20},
        {"max_quarantine": 0.1},
        {"meta_source": True, "provenance": "2024-01-01T00:00:00Z"},
        {"limits": Limits(columns=5000)},
    ],
    ids=str,
)
def test_real_reports_are_valid(run, people, options: dict[str, Any]) -> None:
    assert refusals(written(run(people(GOOD, BAD_DATE, NO_KEY, SHORT, GOOD), **options))) == []


def test_report_of_nothing_is_valid(run, people) -> None:
    assert refusals(written(run(people()))) == []


def test_report_with_fields_is_valid(mapping, people, tmp_path) -> None:
    fields = count_fields(mapping.package, mapping.plan)
    out = tmp_path / "out"
    run_job(mapping.plan, mapping.package.layout, [people(GOOD)], out, fields=fields)
    report = json.loads((out / "report.json").read_bytes())
    assert refusals(report) == []
    assert report["fields"] == {"used": 5, "excused": 0, "leftOver": 0}


def test_report_after_a_replay_is_valid(run, people, mended) -> None:  # noqa: F811
    from interop.job.replay import replay

    done = run(people(GOOD, NO_KEY, SHORT))
    replay(mended.plan, mended.package.layout, done.out)
    report = written(done)
    assert report["replays"]
    assert refusals(report) == []


def test_what_is_no_report_is_refused(run, people) -> None:
    report = written(run(people(GOOD, NO_KEY)))
    for name in report:
        assert refusals({key: value for key, value in report.items() if key != name}), name
        assert refusals(report | {name: "?"} if name != "program" else report | {name: 1}), name
    assert refusals(report | {"more": 1})
    assert refusals(report | {"reportVersion": 2})


def test_every_member_of_the_schema_is_in_a_report(run, people) -> None:
    properties = set(report_schema()["properties"])
    assert properties - set(written(run(people(GOOD)))) == {"replays"}
