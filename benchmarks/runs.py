"""One conversion in a process of its own: wall time, peak memory, and what came out."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.memory import wait_watching

Command = Callable[[Sequence[Path], Path], list[str]]
DIGESTED = 50_000  # records up to which the output is compared byte by byte


@dataclass(frozen=True)
class Way:
    """One way to convert. `command` gives the words for its inputs and output folder; `limit` bounds the records.

    `reads` is a way whose output this one takes as its input.
    """

    name: str
    command: Command
    limit: int | None = None
    reads: Way | None = None


@dataclass(frozen=True)
class Run:
    """What one run took and gave. Units: seconds of wall time with the start of the process, bytes."""

    records: int
    resources: int
    seconds: float
    peak_memory: int
    bytes_in: int
    bytes_out: int
    digest: str

    def as_json(self) -> dict[str, object]:
        return asdict(self)


def interop_command(mapping: str, *options: str) -> Command:
    """The command line of this project, file to file."""
    program = str(Path(sys.executable).with_name("interop"))
    return lambda inputs, out: [program, "convert", "-m", mapping, "-o", str(out), *options, *map(str, inputs)]


def without_rust(command: Command) -> Command:
    """The same as on a host where the part in Rust is not compiled."""
    return lambda inputs, out: ["env", "INTEROP_RUST=0", *command(inputs, out)]


def with_nothing_kept(command: Command) -> Command:
    """The same where the mapping is read and checked, as in a first run."""
    return lambda inputs, out: ["env", "INTEROP_CACHE=0", *command(inputs, out)]


def module_command(module: str, *words: str) -> Command:
    """A module of this folder that takes one input and a folder."""
    return lambda inputs, out: [sys.executable, "-m", module, *words, *map(str, inputs), str(out)]


def run_way(way: Way, inputs: Sequence[Path], records: int, folder: Path, *, watched: bool = True) -> Run:
    """Runs a way once; its output is counted, and stays in the folder until the next run there: on some file systems
    files are slow to make where many were just removed. Watching its memory takes time of it, by processes.

    Raises:
        RuntimeError: The process ended with an error.
    """
    given = inputs
    if way.reads is not None:
        given = [folder / "given"]
        _start(way.reads, inputs, given[0])
    out = folder / "out"
    seconds, peak_memory = _start(way, given, out, watched=watched)
    files = resource_files(out)
    return Run(
        records=records,
        resources=sum(count_lines(file) for file in files),
        seconds=seconds,
        peak_memory=peak_memory,
        bytes_in=sum(file.stat().st_size for file in inputs),
        bytes_out=sum(file.stat().st_size for file in files),
        digest=digest(files) if records <= DIGESTED else "",
    )


def _start(way: Way, inputs: Sequence[Path], out: Path, *, watched: bool = True) -> tuple[float, int]:
    """Runs the process of a way. Units: seconds of wall time, bytes of peak memory in all its processes, if watched."""
    shutil.rmtree(out, ignore_errors=True)
    log = out.with_suffix(".log")
    begun = time.perf_counter()
    with log.open("wb") as to:
        process = subprocess.Popen(way.command(inputs, out), stdout=to, stderr=to)
        peak = wait_watching(process)[0] if watched else 0
        process.wait()
    seconds = time.perf_counter() - begun
    if process.returncode:  # 1, too: the inputs are made to convert, and it is how a loop in Python fails
        raise RuntimeError(f"{way.name}: exit code {process.returncode}\n{log.read_text()[-2000:]}")
    return seconds, peak


def resource_files(folder: Path) -> list[Path]:
    """The NDJSON files of resources in an output folder."""
    return [file for file in sorted(folder.glob("*.ndjson")) if file.stem != "findings"]


def count_lines(file: Path) -> int:
    with file.open("rb") as data:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: data.read(1 << 20), b""))


def digest(files: Sequence[Path]) -> str:
    """One SHA-256 over all files: their names and contents."""
    total = hashlib.sha256()
    for file in files:
        total.update(file.name.encode())
        with file.open("rb") as data:
            total.update(hashlib.file_digest(data, "sha256").digest())
    return total.hexdigest()
