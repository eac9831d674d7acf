"""Bounds: all in one place, with reasons; one of a run may be raised, and the report says so."""

from __future__ import annotations

from dataclasses import fields
from importlib import import_module
from pathlib import Path
from unittest.mock import patch

import pytest

from interop.errors import UsageError
from interop.job.folder import JobFolder
from interop.limits import FIXED, Fixed, Limits, raised_limits, reasons

PAGE = Path(__file__).resolve().parents[2] / "docs" / "jobs.md"
NAMED = [
    ("spec.yaml_text", "MAX_BYTES", "yaml_bytes"),
    ("spec.yaml_text", "MAX_DEPTH", "yaml_depth"),
    ("spec.nodes", "MAX_DEPTH", "node_depth"),
    ("spec.parts", "MAX_USES", "part_uses"),
    ("spec.layers", "MAX_LAYERS", "layers"),
    ("spec.expressions", "MAX_DEPTH", "expression_depth"),
    ("spec.structures", "MAX_DEPTH", "structure_depth"),
    ("values.formats", "LONGEST", "format_length"),
    ("values.formats", "MOST_OPTIONAL", "format_options"),
    ("values.arguments", "WIDEST", "pad_width"),
    ("values.patterns", "MAXIMUM_BYTES", "pattern_bytes"),
    ("values.numbers", "LONGEST", "number_length"),
    ("values.ucum", "LONGEST", "unit_length"),
    ("fhir.primitives", "_LONGEST", "string_length"),
    ("job.versions", "TRACKED", "tracked_ids"),
    ("job.mend", "MOST", "breaking_records"),
    ("job.workers", "BATCH_SECONDS", "batch_seconds"),
    ("engine.columns.distinct", "KEPT", "distinct_values"),
    ("engine.record", "IDS", "record_ids"),
    ("readers.hl7v2.template", "_REMEMBERED", "templates"),
    ("readers.hl7v2.template", "_LONG", "template_segments"),
    ("readers.hl7v2.template", "_TYPES", "structures"),
    ("readers.streams", "ZSTD_WINDOW", "zstd_window_bytes"),
]


@pytest.mark.parametrize(("module", "constant", "name"), NAMED)
def test_bound_of_a_module_is_the_listed_one(module: str, constant: str, name: str) -> None:
    assert getattr(import_module(f"interop.{module}"), constant) == getattr(FIXED, name)


@pytest.mark.parametrize("bounds", [Limits, Fixed])
def test_every_bound_has_a_reason_and_is_in_the_page(bounds) -> None:
    page = PAGE.read_text(encoding="utf-8").splitlines()
    for name, (default, why) in reasons(bounds).items():
        assert len(why) > 10, name
        assert f"| `{name}` | {default:,} | {why} |" in page


def test_raised_limits_are_those_that_differ() -> None:
    assert raised_limits(Limits()) == ()
    (one,) = raised_limits(Limits(columns=5000))
    assert (one.name, one.default, one.value) == ("columns", 4096, 5000)


def test_a_limit_is_at_least_one() -> None:
    for one in fields(Limits):
        with pytest.raises(ValueError, match=one.name):
            Limits(**{one.name: 0})


def test_limits_of_a_run_reach_its_reader(run, people) -> None:
    path = people('1,"Ana\nMaria\nLuz",', "2,Lee,")
    assert run(path).report.quarantined == 0
    low = run(path, limits=Limits(quoted_lines=2)).report
    assert low.quarantined > 0
    assert low.as_json()["raisedLimits"] == [{"name": "quoted_lines", "default": 10_000, "value": 2}]


def test_resumed_with_other_limits_is_refused(run, people) -> None:
    path = people("1,Ana,")
    with patch.object(JobFolder, "commit", side_effect=OSError(28, "full")), pytest.raises(OSError, match="full"):
        run(path)
    with pytest.raises(UsageError, match="not the limits of"):
        run(path, resume=True, limits=Limits(columns=5000))
