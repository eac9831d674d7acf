"""Workers: the bytes of one process, a second run refused, a killed run resumed; for each reader.

`INTEROP_KILLS=500 python -m pytest tests/job/test_workers.py` kills so many runs of each reader.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.job.conftest import COLUMNS, FILES, SOURCE
from tests.plans.snippets import write_package
from tests.spec.messages import MESSAGES

KILLS = int(os.environ.get("INTEROP_KILLS", "13"))  # for each reader
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="workers need fork")

WORDS = """
import sys
from interop.job import options
options.Options.__dataclass_fields__  # the module is there
import interop.cli.convert
from functools import partial
from interop.job import run as module
module.Options = partial(options.Options, part_bytes=4000)
from interop.job import workers
workers.PARTS = 7  # a fresh worker takes the place of one that ended so many
from interop.cli.program import main
main(sys.argv[1:])
"""


@pytest.fixture(scope="module", params=["delimited", "hl7v2"])
def reader(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def package(reader: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("package")
    if reader == "hl7v2":
        return write_package(folder, MESSAGES, {}).folder
    return write_package(folder, FILES, COLUMNS, SOURCE).folder


@pytest.fixture(scope="module")
def data(reader: str, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("data")
    files = []
    for name, size in (("a", 4000), ("b", 50), ("c", 2000)):
        records = [(messages if reader == "hl7v2" else row)(name, number) for number in range(size)]
        header = "" if reader == "hl7v2" else "NUMBER,NAME,BORN\n"
        path = folder / f"{name}.{'hl7' if reader == 'hl7v2' else 'csv'}"
        path.write_text(header + "".join(records), newline="")
        files.append(path)
    return files


def row(file: str, number: int) -> str:
    """A row; some cannot be converted."""
    return ",Zoe,\n" if number % 97 == 5 else f"{file}{number},Ana {number},\n"


def messages(file: str, number: int) -> str:
    """A message; some cannot be read."""
    if number % 97 == 5:
        return "MSH|\r"
    return f"MSH|^~\\&|||||||ADT^A01\rPID|||{file}{number}||Ana {number}\rPV1|1\r"


def command(package: Path, out: Path, data: list[Path], *words: str) -> list[str]:
    convert = ["convert", "-m", str(package), "-o", str(out), *words, *map(str, data)]
    return [sys.executable, "-c", WORDS, *convert]


def contents(out: Path) -> dict[str, bytes]:
    names = sorted(path for path in out.rglob("*") if path.is_file() and path.name != "report.json")
    return {str(path.relative_to(out)): path.read_bytes() for path in names}


@pytest.fixture(scope="module")
def whole(package: Path, data: list[Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    out = tmp_path_factory.mktemp("whole") / "out"
    done = subprocess.run(command(package, out, data, "--workers", "1"), capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    return contents(out)


@pytest.mark.parametrize("workers", [2, 3])
def test_workers_change_no_byte(
    package: Path, data: list[Path], whole: dict[str, bytes], tmp_path: Path, workers: int
) -> None:
    words = ["--workers", str(workers), "--batch-rows", "333"]
    done = subprocess.run(command(package, tmp_path, data, *words), capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert contents(tmp_path) == whole
    assert len([name for name in whole if name.startswith("Patient-")]) > 10


def test_killed_at_any_instant_and_resumed(
    package: Path, data: list[Path], whole: dict[str, bytes], tmp_path: Path
) -> None:
    """Killed again and again; whoever resumes gives the bytes of an undisturbed run, and never two at a time.

    The instants are drawn over the length of an undisturbed run, as measured here: a run that came to its end before
    its instant is compared, and the next begins in a new folder.
    """
    words = ["--workers", "2", "--batch-rows", "50"]
    began = time.monotonic()
    subprocess.run(command(package, tmp_path / "undisturbed", data, *words), capture_output=True, check=False)
    length = time.monotonic() - began
    moment = random.Random(7)
    folders = [tmp_path / "out-0"]
    kills = 0
    while kills < KILLS:
        if killed_after(moment.uniform(0.1, 1.0) * length, command(package, folders[-1], data, *words), folders[-1]):
            kills += 1
            continue
        assert contents(folders[-1]) == whole
        folders.append(tmp_path / f"out-{len(folders)}")
        assert len(folders) < 10 * KILLS
    assert not killed_after(600, command(package, folders[-1], data, *words), folders[-1])
    assert contents(folders[-1]) == whole


def killed_after(seconds: float, words: list[str], out: Path) -> bool:
    """Run or resume; whether the run was killed when its seconds were over."""
    resume = ["--resume"] if (out / ".interop" / "job.json").exists() else []
    process = subprocess.Popen([*words, *resume], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        _, said = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        _, said = process.communicate()
    assert process.returncode in {1, -signal.SIGKILL}, said
    return process.returncode == -signal.SIGKILL
