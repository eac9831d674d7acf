"""The columnar executor between batches and between threads, and where columns have many values or none."""

from __future__ import annotations

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest

from interop.engine.by_rows import convert_rows
from interop.engine.columns import distinct, identities, values
from interop.engine.columns.executor import ColumnExecutor
from interop.engine.record import RowExecutor
from interop.plan.compile import compile_plan
from interop.plan.model import Plan
from interop.readers import open_reader
from interop.readers.protocol import Batch, Input, Projection
from interop.readers.rows import rows_of
from interop.spec.package import Package
from tests.plans.snippets import write_package

from .test_executors import said

PATIENT = """\
$resource: Patient
$for: row
$when: A | lower != 'never'
id: NUMBER
name: [{text: "{file.name} {A}", family: A | upper, given: [A | trim ?? = nobody]}]
generalPractitioner:
  - {$each: line, $distinct: A, display: A | upper ?? B | lower ?? = nobody}
"""
ENCOUNTER = """\
$resource: Encounter
$for: row
$when: A exists and A | lower != 'never'
id: e{NUMBER}
status: = finished
class: {code: = AMB}
participant:
  - {$each: line, $distinct: A, individual: {display: A | upper ?? = nobody}}
diagnosis:
  - {condition: {display: = something}, rank: {$position: participant, $key: A}}
"""
SOURCE = "source: {format: delimited, tables: {row: {record: NUMBER, rows: line}}}\n"


@pytest.fixture
def package(tmp_path: Path) -> Package:
    files = {"Patient.yaml": PATIENT, "Encounter.yaml": ENCOUNTER}
    return write_package(tmp_path, files, {"row": "NUMBER A B"}, SOURCE)


def batches(package: Package, compiled: Plan, rows: list[str], name: str = "a.csv") -> list[Batch]:
    data = "\n".join(["NUMBER,A,B", *rows, ""]).encode()
    reader = open_reader(package.layout)
    return list(reader.batches(Input(name, lambda: io.BytesIO(data)), Projection(compiled.reads), batch_rows=1000))


def by_rows(package: Package, compiled: Plan, batch: Batch) -> tuple[str, str]:
    found = (replace(record, findings=()) for record in rows_of(batch, open_reader(package.layout)))
    return said([convert_rows(RowExecutor(compiled), found)])


def counted(made: list[object], compile_part: Callable[[object], object]) -> Callable[[object], object]:
    def compile_and_count(part: object) -> object:
        made.append(part)
        return compile_part(part)

    return compile_and_count


def test_nothing_is_compiled_again_for_the_next_batch(package: Package) -> None:
    compiled = compile_plan(package)
    (batch,) = batches(package, compiled, ["1,Ana,x", "1,,Y", "2,Lee,z"])
    executor = ColumnExecutor(compiled)
    expected = said([executor.convert(batch)])
    made: list[object] = []
    with (
        patch.object(values, "compile_value", counted(made, values.compile_value)),
        patch.object(values, "compile_condition", counted(made, values.compile_condition)),
        patch.object(identities, "compile_value", counted(made, identities.compile_value)),
        patch.object(executor._compiler, "node", counted(made, executor._compiler.node)),
    ):
        assert said([executor.convert(batch)]) == expected
    assert made == []


def test_more_values_than_are_remembered(package: Package) -> None:
    compiled = compile_plan(package)
    executor = ColumnExecutor(compiled)
    with patch.object(distinct, "KEPT", 2):
        for first in (0, 5, 0):
            (batch,) = batches(package, compiled, [f"{n},v{n},w" for n in range(first, first + 7)])
            assert said([executor.convert(batch)]) == by_rows(package, compiled, batch)


@pytest.mark.parametrize("rows", [1, 63, 64, 65, 300])
def test_columns_of_many_values(package: Package, rows: int) -> None:
    """Among 300 names one needs an escape, one is no FHIR string, and one is null."""
    compiled = compile_plan(package)
    names = [f"Name {number}" for number in range(rows)]
    names[-1:] = ['say ""x""']
    names[1:3] = ["\x1f", ""][: len(names[1:3])]
    (batch,) = batches(package, compiled, [f'{number},"{name}",x' for number, name in enumerate(names)])
    out, findings = said([ColumnExecutor(compiled).convert(batch)])
    assert (out, findings) == by_rows(package, compiled, batch)
    assert out.count('"resourceType":"Patient"') == rows
    assert 'say \\"x\\"' in out


def test_batch_without_records(package: Package) -> None:
    compiled = compile_plan(package)
    (batch,) = batches(package, compiled, [])
    result = ColumnExecutor(compiled).convert(batch)
    assert (result.rules(), result.findings, result.failed) == ([], [], [])


def test_batch_of_which_every_record_fails_or_is_dropped(package: Package) -> None:
    compiled = compile_plan(package)
    (batch,) = batches(package, compiled, ["a b,Ana,x", "1,NEVER,x", "c d,Lee,x"])
    result = ColumnExecutor(compiled).convert(batch)
    assert result.rules() == []
    assert [row for row, _ in result.failed] == [0, 2]


def test_threads_that_convert_files_of_different_names_do_not_meet(package: Package) -> None:
    compiled = compile_plan(package)
    names = ["a.csv", "b.csv", "c.csv"]
    found = {name: batches(package, compiled, ["1,Ana,x", "2,Lee,y"], name)[0] for name in names}
    expected = {name: by_rows(package, compiled, batch) for name, batch in found.items()}
    assert len(set(expected.values())) == 3
    executor = ColumnExecutor(compiled)
    with ThreadPoolExecutor(3) as threads:
        asked = names * 10
        done = list(threads.map(lambda name: said([executor.convert(found[name])]), asked))
    assert done == [expected[name] for name in asked]
