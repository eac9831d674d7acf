"""The n-th file operation of a run fails, for every n: nothing is lost, and the run can be finished."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from interop.api import Mapping
from interop.errors import UsageError
from interop.job.report import Report
from interop.job.run import Options, run_job
from tests.faults.disk import failing
from tests.job.conftest import COLUMNS, FILES, SOURCE
from tests.plans.snippets import write_package

ROWS = [",Zoe," if number % 10 == 9 else f"{number},Ana {number}," for number in range(90)] + ["90"]
OPTIONS = Options(part_bytes=150, batch_rows=5)
RESUME = Options(part_bytes=150, batch_rows=5, resume=True)


@pytest.fixture(scope="module")
def mapping(tmp_path_factory: pytest.TempPathFactory) -> Mapping:
    return Mapping(write_package(tmp_path_factory.mktemp("package"), FILES, COLUMNS, SOURCE))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("data") / "people.csv"
    path.write_text("\n".join(["NUMBER,NAME,BORN", *ROWS, ""]))
    return path


def contents(out: Path) -> dict[str, bytes]:
    files = (path for path in out.rglob("*") if path.is_file() and path.name != "report.json")
    return {str(path.relative_to(out)): path.read_bytes() for path in files}


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
def test_every_operation(mapping: Mapping, data: Path, tmp_path: Path, number: int) -> None:
    plan, layout = mapping.plan, mapping.package.layout
    with failing(tmp_path, 0, number) as disk:
        run_job(plan, layout, [data], tmp_path / "whole", OPTIONS)
    whole = contents(tmp_path / "whole")
    assert len(whole) > 10
    operations = disk.done
    assert operations > 50
    for fails in range(1, operations + 1):
        out = tmp_path / f"out-{fails}"
        assert cut_short(mapping, data, out, fails, number) == number, fails
        assert finished(mapping, data, out).broken_laws == []
        assert contents(out) == whole, fails


def cut_short(mapping: Mapping, data: Path, out: Path, fails: int, number: int) -> int | None:
    """Runs with a disk that fails. Gives the number of the error that comes out of it.

    That the work folder cannot be removed, when all is done, is no error.
    """
    with failing(out, fails, number):
        try:
            run_job(mapping.plan, mapping.package.layout, [data], out, OPTIONS)
        except OSError as error:
            return error.errno
    return number if (out / "_SUCCESS").exists() else None


def finished(mapping: Mapping, data: Path, out: Path) -> Report:
    """Goes on with it, or begins anew where it had not begun or was done."""
    try:
        return run_job(mapping.plan, mapping.package.layout, [data], out, RESUME)
    except UsageError:
        return run_job(mapping.plan, mapping.package.layout, [data], out, OPTIONS)
