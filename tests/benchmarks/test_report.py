"""Results of several runs of `python -m benchmarks`, put together."""

from __future__ import annotations

import pytest

from benchmarks.report import added


def test_what_was_taken_again_replaces_what_was_there() -> None:
    machine = {"cores": "2"}
    before = {"machine": machine, "rows": [{"group": "a", "seconds": 1}, {"group": "b", "seconds": 2}]}
    now = {"machine": machine, "rows": [{"group": "b", "seconds": 3}, {"group": "c", "seconds": 4}]}
    assert added(before, now)["rows"] == [before["rows"][0], *now["rows"]]


def test_another_machine_is_refused() -> None:
    with pytest.raises(ValueError, match="another machine"):
        added({"machine": {"cores": "2"}, "rows": []}, {"machine": {"cores": "64"}, "rows": []})
