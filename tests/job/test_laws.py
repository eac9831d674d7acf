"""Exit codes of a run; and a reader that lies does not get away with it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from interop.job import reading
from interop.readers.protocol import Batch

GOOD, NO_KEY = "1,Ana,1980-12-31", ",Zoe,"


@pytest.mark.parametrize(
    ("rows", "most", "code"),
    [
        ([GOOD], None, 0),
        ([GOOD], 0.0, 0),
        ([], None, 0),
        ([GOOD, NO_KEY], None, 1),
        ([GOOD, NO_KEY], 0.5, 1),
        ([GOOD, NO_KEY], 0.49, 5),
        ([NO_KEY], 1.0, 1),
    ],
)
def test_exit_code(run, people, rows: list[str], most: float | None, code: int) -> None:
    assert run(people(*rows), max_quarantine=most).report.exit_code == code


def test_file_that_is_refused_is_exit_code_1(run, tmp_path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("A,B\n1,2\n")
    done = run(path)
    assert done.report.exit_code == 1
    assert (done.report.rejected_files, done.report.framed) == (1, 0)
    assert [entry["record"] for entry in done.quarantine] == [0]
    assert done.quarantine[0]["data"] is None


def lose_a_row(batch: Batch) -> None:
    batch.numbers, batch.offsets, batch.lengths = batch.numbers[1:], batch.offsets[1:], batch.lengths[1:]
    batch.tables = {name: type(table)(table.frame[1:], table.parent) for name, table in batch.tables.items()}


def count_wrong(batch: Batch) -> None:
    batch.counted += 1


def forget_a_byte(batch: Batch) -> None:
    batch.skipped -= 1


@pytest.mark.parametrize(
    ("lie", "law"),
    [
        (lose_a_row, "records: 2 framed, but 1 converted + 0 quarantined"),
        (count_wrong, "records: 2 framed, but an independent count has 3"),
        (forget_a_byte, "bytes: "),
    ],
)
def test_broken_law_is_exit_code_70(run, people, monkeypatch, lie: Callable[[Batch], None], law: str) -> None:
    class Liar:
        def __init__(self, layout: Any, limits: Any) -> None:
            self._honest = honest(layout, limits)
            self.layout = layout

        def framed(self, *words: Any, **options: Any) -> Iterator[Batch]:
            for batch in self._honest.framed(*words, **options):
                lie(batch)
                yield batch

    honest = reading.open_reader
    monkeypatch.setattr(reading, "open_reader", Liar)
    done = run(people(GOOD, "2,Lee,"), max_quarantine=0.0)
    assert done.report.exit_code == 70
    assert any(broken.startswith(law) for broken in done.report.broken_laws)
    found = json.loads((done.out / "report.json").read_bytes())
    assert (found["exitCode"], found["brokenLaws"]) == (70, done.report.broken_laws)
