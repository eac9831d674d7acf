"""A run checks its package, beside itself or not: it is refused with the same words, before anything is written."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from interop.cli.exit_codes import ExitCode
from interop.job import forking
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
