"""A night in small: much input in many files, some of it bad, killed on the way, and the same bytes in the end.

`python -m benchmarks.night --mapping intl/hl7v2 --bytes 2000000000 --kills 5` converts once undisturbed and once killed
and resumed, compares every file, checks the laws, and tells the peak memory of all processes together.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.generate import generated
from benchmarks.memory import wait_watching
from benchmarks.runs import interop_command

BAD_EVERY = 1000  # records
UNIT = 20_000  # records of the file that the others are made of
SMALL_FILES = 10  # beside the one that has half of the bytes
MIB = 1 << 20


@dataclass(frozen=True)
class Outcome:
    """A conversion. Units: seconds of wall time, kills included; bytes of peak memory."""

    digests: dict[str, str]
    seconds: float
    peak_memory: int
    report: dict[str, object]


def damaged(mapping: str, unit: Path) -> tuple[bytes, list[bytes]]:
    """The head of a file, and its records, each thousandth of them bad."""
    data = unit.read_bytes()
    if mapping.endswith("hl7v2"):
        starts = [b"MSH" + rest for rest in data.split(b"MSH|")[1:]]
        records = [record.replace(b"MSH", b"MSH|", 1) for record in starts]
        return b"", [b"MSH|\r" if bad(number) else record for number, record in enumerate(records)]
    head, *lines = data.splitlines(keepends=True)
    return head, [b'"' + line if bad(number) else line for number, line in enumerate(lines)]


def bad(number: int) -> bool:
    return number % BAD_EVERY == BAD_EVERY // 2


def make_input(mapping: str, total: int, folder: Path) -> list[Path]:
    """One file of half of the bytes, and small ones; the names are those that the mapping knows."""
    (unit, *_) = generated(mapping, UNIT, folder)
    head, records = damaged(mapping, unit)
    whole = b"".join(records)
    sizes = [total // 2, *[total // 2 // SMALL_FILES] * SMALL_FILES]
    files = []
    for number, size in enumerate(sizes):
        home = folder / "night" / f"{number:02}"
        home.mkdir(parents=True, exist_ok=True)
        path = home / unit.name
        with path.open("wb") as to:
            to.write(head)
            while to.tell() + len(whole) < size:
                to.write(whole)
            rest = iter(records)
            while to.tell() < size:
                to.write(next(rest))
        files.append(path)
    return files


def convert(words: list[str], out: Path, kills: int, length: float) -> Outcome:
    """Converts, killed so many times at random instants of an undisturbed run's length."""
    moment = random.Random(kills)
    begun, peak = time.perf_counter(), 0
    for left in range(kills, -1, -1):
        resume = ["--resume"] if (out / ".interop" / "job.json").exists() else []
        process = subprocess.Popen([*words, *resume], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        memory, ended = wait_watching(process, moment.uniform(0.3, 1.5) * length / (kills + 1) if left else None)
        peak = max(peak, memory)
        if ended:
            break
        process.send_signal(signal.SIGKILL)
        process.wait()
        print(f"  killed, {left - 1} to come", flush=True)
    report = json.loads((out / "report.json").read_bytes())
    return Outcome(dict(digests(out)), time.perf_counter() - begun, peak, report)


def digests(out: Path) -> Iterator[tuple[str, str]]:
    """A SHA-256 of every file but the report, which tells the time."""
    for path in sorted(out.rglob("*")):
        if path.is_file() and path.name != "report.json":
            with path.open("rb") as data:
                yield str(path.relative_to(out)), hashlib.file_digest(data, "sha256").hexdigest()


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--mapping", default="intl/hl7v2")
    words.add_argument("--bytes", type=int, default=2_000_000_000, help="of input")
    words.add_argument("--kills", type=int, default=5)
    words.add_argument("--folder", type=Path, help="where input and output are written: ten times the input")
    options = words.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        files = make_input(options.mapping, options.bytes, folder)
        size = sum(path.stat().st_size for path in files)
        largest = files[0].stat().st_size
        print(
            f"{options.mapping}: {len(files)} files, {size / MIB:,.0f} MiB, the largest {largest / MIB:,.0f}",
            flush=True,
        )
        out = folder / "out"
        command = interop_command(options.mapping)(files, out)
        whole = convert(command, out, 0, 0)
        tell("undisturbed", whole, size)
        shutil.rmtree(out)
        killed = convert(command, out, options.kills, whole.seconds)
        tell(f"killed {options.kills} times", killed, size)
    same = whole.digests == killed.digests
    print(f"{len(whole.digests)} files, {'the same bytes' if same else 'OTHER BYTES'}")
    return 0 if same and all(balanced(one.report) for one in (whole, killed)) else 1


def balanced(report: dict[str, object]) -> bool:
    counts = report["records"]
    assert isinstance(counts, dict)
    return not report["brokenLaws"] and counts["framed"] == counts["converted"] + counts["quarantined"]


def tell(name: str, outcome: Outcome, size: int) -> None:
    counts = outcome.report["records"]
    assert isinstance(counts, dict)
    print(
        f"  {name}: {outcome.seconds:.0f} s, {size / MIB / outcome.seconds:.1f} MiB/s, "
        f"peak {outcome.peak_memory / MIB:.0f} MiB in all processes; "
        f"{counts['framed']:,} framed = {counts['converted']:,} converted + {counts['quarantined']:,} quarantined"
    )


if __name__ == "__main__":
    sys.exit(main())
