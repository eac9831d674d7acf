"""A run checks its package, beside itself or not: it is refused with the same words, before anything is written."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from interop.cli.exit_codes import ExitCode
from interop.job import forking
from tests.cli.conftest import Rows
from tests.spec.test_twenty_mistakes import FOLDER

pytestmark = pytest.mark.skipif(not forking.TASKS.exists(), reason="processes are not forked here")

CARD = FOLDER / "mapping.yaml"
BESIDE = "from interop.cli import main; main()"
HERE = f"import interop.job.forking as forking; forking.can_fork = lambda: False; {BESIDE}"
KILLED = f"""
import os
from interop.spec.draft import Draft
here, check = os.getpid(), Draft.check
Draft.check = lambda draft: check(draft) if os.getpid() == here else os._exit(9)
{BESIDE}
"""


def convert(code: str, mapping: Path | str, out: Path, given: Path = CARD) -> subprocess.CompletedProcess[bytes]:
    words = ["convert", "-m", str(mapping), "-o", str(out), str(given)]
    return subprocess.run([sys.executable, "-c", code, *words], capture_output=True, check=False)


@pytest.mark.parametrize("code", [BESIDE, KILLED])
def test_a_refused_package_is_refused_with_the_same_words(code: str, tmp_path: Path) -> None:
    here = convert(HERE, FOLDER, tmp_path / "here")
    assert here.returncode == ExitCode.REFUSED
    assert here.stderr.count(b"M1") >= 20
    there = convert(code, FOLDER, tmp_path / "there")
    assert (there.returncode, there.stdout, there.stderr) == (here.returncode, here.stdout, here.stderr)
    assert not list(tmp_path.iterdir())


def test_the_same_files_come_of_it(tmp_path: Path) -> None:
    """What rules use comes back from the check: the plan reads by it."""
    (given, *_) = sorted(Path("samples/intl/hl7v2").glob("*.hl7"))
    made = []
    for name, code in (("beside", BESIDE), ("killed", KILLED), ("here", HERE)):
        assert convert(code, "intl/hl7v2", tmp_path / name, given).returncode == ExitCode.CONVERTED
        made.append({path.name: path.read_bytes() for path in (tmp_path / name).glob("*.ndjson")})
    assert made[0]
    assert made[0] == made[1] == made[2]


def test_a_package_that_is_not_there(tmp_path: Path) -> None:
    done = convert(BESIDE, "zz/none", tmp_path / "out")
    assert done.returncode == ExitCode.USAGE


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where packages are kept."""
    monkeypatch.setenv("INTEROP_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def kept(cache: Path) -> list[Path]:
    """What is kept."""
    return sorted(cache.glob("*.package"))


def test_what_is_kept_makes_the_same_files(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (given, *_) = sorted(Path("samples/intl/hl7v2").glob("*.hl7"))

    def made(name: str, code: str = HERE) -> dict[str, bytes]:
        assert convert(code, "intl/hl7v2", tmp_path / name, given).returncode == ExitCode.CONVERTED
        return {path.name: path.read_bytes() for path in (tmp_path / name).glob("*.ndjson")}

    first = made("first")
    (file,) = kept(cache)
    written = file.stat().st_mtime_ns
    assert made("again") == made("beside", BESIDE) == first
    assert kept(cache) == [file]
    assert file.stat().st_mtime_ns == written
    monkeypatch.setenv("INTEROP_CACHE", "0")
    file.unlink()
    assert made("none") == first
    assert not kept(cache)


def test_what_was_kept_does_not_hide_a_mistake(tmp_path: Path, cache: Path, clinic: Path, rows: Rows) -> None:
    given = rows("1,Doe,Ann,F,2000-01-31,")
    assert convert(HERE, clinic, tmp_path / "out", given).returncode == ExitCode.CONVERTED
    assert len(kept(cache)) == 1
    (clinic / "Patient.yaml").write_text((clinic / "Patient.yaml").read_text() + "nonsense: NOTE\n")
    assert convert(HERE, clinic, tmp_path / "refused", given).returncode == ExitCode.REFUSED
    assert not (tmp_path / "refused").exists()


def test_another_process_keeps_it_and_nobody_waits(cache: Path, tmp_path: Path, clinic: Path, rows: Rows) -> None:
    gate = tmp_path / "gate"
    held = f"""
import time
from pathlib import Path
from interop.spec.kept import KeptPackages
put = KeptPackages.put
def held(*words):
    until = time.monotonic() + 120
    while not Path({str(gate)!r}).exists() and time.monotonic() < until:
        time.sleep(0.05)
    put(*words)
KeptPackages.put = held
{BESIDE}
"""
    assert convert(held, clinic, tmp_path / "out", rows("1,Doe,Ann,F,2000-01-31,")).returncode == ExitCode.CONVERTED
    assert not kept(cache)
    gate.touch()
    until = time.monotonic() + 60
    while not kept(cache) and time.monotonic() < until:
        time.sleep(0.05)
    assert len(kept(cache)) == 1


def test_a_user_without_a_home_keeps_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clinic: Path, rows: Rows
) -> None:
    given = rows("1,Doe,Ann,F,2000-01-31,")
    monkeypatch.delenv("INTEROP_CACHE")
    nowhere = "lambda *_, **__: pathlib.Path('~/interop')"
    homeless = f"import pathlib, platformdirs; platformdirs.user_cache_path = {nowhere}; {HERE}"
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert convert(homeless, clinic, tmp_path / "out", given).returncode == ExitCode.CONVERTED
    assert not list(Path().iterdir())
