"""A run that is stopped goes on, and gives the bytes of one that was not."""

from __future__ import annotations

from collections.abc import Iterator
from unittest.mock import patch

import pytest

from interop.errors import UsageError
from interop.job.account import Account
from interop.job.folder import JobFolder

ROWS = [f"{number},Ana {number}," for number in range(40)] + [",Zoe,", "1,Lee,1980-02-30", "63"]
SMALL = {"part_bytes": 100, "batch_rows": 4}


def fail_after(times: int) -> Iterator[None]:
    """Lets some calls pass, then says that the disk is full."""
    for _ in range(times):
        yield
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("method", ["finish", "begin", "commit", "end", "keep"])
@pytest.mark.parametrize("times", [0, 1, 5])
def test_same_bytes(run, people, tmp_path, method: str, times: int) -> None:
    files = [people(*ROWS, name="a.csv"), people(*ROWS[:9], name="b.csv")]
    whole = run(*files, out=tmp_path / "whole", **SMALL)
    original = getattr(JobFolder, method)
    failing = fail_after(times)

    def stop(self: JobFolder, *words: object, **named: object) -> object:
        if method in ("finish", "begin") or times == 0:
            next(failing)
        result = original(self, *words, **named)
        if method not in ("finish", "begin"):
            raise OSError(28, "No space left on device")
        return result

    with patch.object(JobFolder, method, stop), pytest.raises(OSError, match="No space"):
        run(*files, out=tmp_path / "cut", **SMALL)
    if method == "end" and times:
        return  # nothing is left to do
    done = run(*files, out=tmp_path / "cut", resume=True, part_bytes=100, batch_rows=7)
    assert done.report.broken_laws == []
    assert done.files == whole.files
    for name in set(whole.files) - {"report.json"}:
        assert (done.out / name).read_bytes() == (whole.out / name).read_bytes(), name
    same = ("framed", "converted", "quarantined", "resources", "findings", "samples", "again", "exit_code", "bytes_out")
    for figure in same:
        assert getattr(done.report, figure) == getattr(whole.report, figure), figure


def test_finished_parts_are_not_done_again(run, people, tmp_path) -> None:
    path = people(*ROWS)
    taken: list[int] = []
    original = Account.take

    def stop(self: Account, converted: object) -> None:
        if len(taken) == 3:
            raise OSError(28, "No space left on device")
        taken.append(1)
        original(self, converted)

    with patch.object(Account, "take", stop), pytest.raises(OSError, match="No space"):
        run(path, **SMALL)
    done = run(path, resume=True, **SMALL)
    assert done.report.resumed_parts == 3
    assert done.report.parts > 4


def stopped(run, path) -> None:
    with patch.object(JobFolder, "commit", side_effect=OSError(28, "full")), pytest.raises(OSError, match="full"):
        run(path, **SMALL)


def test_another_input_is_refused(run, people) -> None:
    stopped(run, people(*ROWS))
    with pytest.raises(UsageError, match="not the input of"):
        run(people(*ROWS, "77,Kim,"), resume=True, **SMALL)


def test_other_options_are_refused(run, people) -> None:
    path = people(*ROWS)
    stopped(run, path)
    with pytest.raises(UsageError, match="not the options of"):
        run(path, resume=True, shape="bundle", **SMALL)


def test_nothing_to_resume(run, people) -> None:
    path = people(*ROWS)
    for _ in range(2):
        with pytest.raises(UsageError, match="nothing to resume"):
            run(path, resume=True)
        run(path)


def test_run_anew_forgets_the_one_that_was_stopped(run, people, tmp_path) -> None:
    path = people(*ROWS)
    stopped(run, path)
    done = run(path, **SMALL)
    assert done.report.resumed_parts == 0
    assert done.report.broken_laws == []


def test_second_run_on_a_folder_is_refused(run, people, tmp_path) -> None:
    folder = JobFolder(tmp_path / "out")
    folder.open({}, resume=False)
    with pytest.raises(UsageError, match="another run is writing"):
        run(people(*ROWS))
    folder.close()
    assert run(people(*ROWS)).report.exit_code == 1
