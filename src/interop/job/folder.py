"""The output folder of a run: its parts while it goes on, their files under their own names when it has ended well.

    out/.interop/job.json                 what is converted, how, by which mapping
    out/.interop/lock                     held by the run, and by its workers
    out/.interop/parts/00007/             a part: Patient.ndjson …, findings.ndjson, quarantine.ndjson, ids.arrows
    out/.interop/parts/00007/manifest.json  written last: a part without it does not exist

At the end the parts' files take their names in `out/`, and `.interop` goes. A run that is stopped leaves it, and
`resume` goes on from it.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

import orjson

from interop.errors import UsageError
from interop.job.outcomes import OUTCOMES
from interop.job.quarantine import quarantine_file
from interop.job.tally import PartTally
from interop.limits import FIXED

WORK = ".interop"
MANIFEST = "manifest.json"
SUCCESS = "_SUCCESS"
PARTIAL = ".partial"


def write_whole(path: Path, data: bytes) -> None:
    """Writes a file under a temporary name, then gives it its own: it is whole, or not there."""
    temporary = path.with_name(path.name + PARTIAL)
    temporary.write_bytes(data)
    temporary.replace(path)


class JobFolder:
    """The folder of one run. It is this run's alone from `open` to `close`."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self._work = out / WORK
        self._lock: IO[bytes] | None = None

    def open(self, identity: dict[str, object], *, resume: bool, fresh: bool = True) -> None:
        """Takes the folder: for a run anew, to resume one that was stopped, or (not `fresh`) to add to a finished one.

        Raises:
            UsageError: The output is no folder; another run is writing to it; there is nothing to resume, or what is
                there is of another input, mapping, version or options.
        """
        try:
            self.out.mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError):
            raise UsageError(f"the output {self.out} is no folder") from None
        if resume and not (self._work / "job.json").exists():
            raise UsageError(f"nothing to resume in {self.out}")
        self._work.mkdir(mode=0o700, exist_ok=True)
        self._take(FIXED.lock_seconds if resume else 0.0)
        if resume:
            self._check_same(identity)
        else:
            self._clear()
            write_whole(self._work / "job.json", orjson.dumps(identity))
        if fresh:  # those of the run before would speak of other files
            for name in ("report.json", OUTCOMES, SUCCESS):
                (self.out / name).unlink(missing_ok=True)

    def _take(self, patience: float) -> None:
        self._lock = (self._work / "lock").open("wb")
        until = time.monotonic() + patience
        while True:
            try:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() < until:
                    time.sleep(0.05)
                    continue
                self._lock.close()
                self._lock = None
                raise UsageError(f"another run is writing to {self.out}: wait for it, or name another folder") from None
            return

    def _clear(self) -> None:
        for path in self._work.iterdir():
            if path.name != "lock":
                shutil.rmtree(path) if path.is_dir() else path.unlink()

    def _check_same(self, identity: dict[str, object]) -> None:
        begun = orjson.loads((self._work / "job.json").read_bytes())
        now = orjson.loads(orjson.dumps(identity))
        for key in sorted(begun.keys() | now.keys()):
            if begun.get(key) != now.get(key):
                raise UsageError(f"cannot resume: not the {key} of the run that was stopped; run anew without --resume")

    def part(self, number: int) -> Path:
        """The folder of a part, whether it is there or not."""
        return self._work / "parts" / f"{number:05}"

    def begin(self, number: int) -> Path:
        """An empty folder for a part that is about to be converted."""
        folder = self.part(number)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder

    def finished(self, number: int) -> PartTally | None:
        """What a part came to, if it is there."""
        try:
            return PartTally.from_json(orjson.loads((self.part(number) / MANIFEST).read_bytes()))
        except FileNotFoundError:
            return None

    def finish(self, number: int, tally: PartTally) -> None:
        """Commits a part."""
        write_whole(self.part(number) / MANIFEST, orjson.dumps(tally.as_json()))

    def commit(self, parts: Iterable[int], manifest: dict[str, object]) -> None:
        """Gives the files of all parts their names, in place of those of an earlier run. May be called again.

        Args:
            parts: Their numbers, in order.
            manifest: Of the run, without its files.
        """
        numbers = list(parts)
        before = self._earlier_files()
        names = dict(self._resource_files(numbers))
        self._join("findings.ndjson", self.out / "findings.ndjson", numbers)
        self._join_quarantine(numbers)
        for source, name in names.items():
            with suppress(FileNotFoundError):  # moved before a run was stopped just here
                os.replace(source, self._named(name))
        for name in sorted(before - set(names.values())):
            (self.out / name).unlink(missing_ok=True)
        files = [{"name": name, "bytes": os.stat(self._named(name)).st_size} for name in sorted(names.values())]
        write_whole(self.out / MANIFEST, orjson.dumps(manifest | {"files": files}, option=orjson.OPT_INDENT_2) + b"\n")

    def _named(self, name: str) -> str:
        """A file by its name in the end, as a text: a run has thousands of them, and paths are slow to make."""
        return os.path.join(self.out, name)

    def next_part(self) -> int:
        """A number that no part of the run in the folder has."""
        found = (re.search(r"-(\d{5,})\.ndjson$", name) for name in self._earlier_files())
        return max((int(one[1]) for one in found if one), default=1) + 1

    def as_bundles(self) -> bool:
        """Whether the run in the folder wrote Bundles."""
        return any(name.startswith("Bundle") for name in self._earlier_files())

    def add(self, number: int) -> None:
        """Adds the files of one more part to those of a run that has ended, and replaces its quarantine."""
        tally = self.finished(number)
        manifest = orjson.loads((self.out / MANIFEST).read_bytes())
        for kind in tally.files if tally else ():
            name = f"{kind}-{number:05}.ndjson"
            (self.part(number) / f"{kind}.ndjson").replace(self.out / name)
            manifest["files"].append({"name": name, "bytes": (self.out / name).stat().st_size})
        (self.part(number) / "quarantine.ndjson").replace(self.out / "quarantine" / "records.ndjson")
        write_whole(self.out / MANIFEST, orjson.dumps(manifest, option=orjson.OPT_INDENT_2) + b"\n")
        shutil.rmtree(self._work / "parts", ignore_errors=True)

    def _earlier_files(self) -> set[str]:
        """The resource files of the run before, as its manifest names them."""
        try:
            files = orjson.loads((self.out / MANIFEST).read_bytes())["files"]
            return {file["name"] for file in files if Path(file["name"]).name == file["name"]}
        except (FileNotFoundError, orjson.JSONDecodeError, KeyError, TypeError):
            return set()

    def _resource_files(self, numbers: list[int]) -> Iterator[tuple[str, str]]:
        """Each file of resources, and its name in the end: `Patient.ndjson`, or one a part, `Patient-00007.ndjson`."""
        tallies = {number: self.finished(number) for number in numbers}
        filled = {number: tally.files for number, tally in tallies.items() if tally is not None and tally.files}
        for number, kinds in filled.items():
            folder = self.part(number)
            for kind in kinds:
                name = f"{kind}.ndjson" if len(filled) == 1 else f"{kind}-{number:05}.ndjson"
                yield os.path.join(folder, f"{kind}.ndjson"), name

    def files_of(self, numbers: list[int], kind: str) -> list[Path]:
        """The files of a type in all parts, in order."""
        paths = (self.part(number) / f"{kind}.ndjson" for number in numbers)
        return [path for path in paths if path.exists()]

    def kept(self) -> dict[str, int] | None:
        """What `keep` was told, by this run or by the one that it resumes."""
        try:
            found: dict[str, int] = orjson.loads((self._work / "kept.json").read_bytes())
        except FileNotFoundError:
            return None
        return found

    def keep(self, lines: dict[str, int]) -> None:
        """All parts are as they shall be; `lines` are those left of each type, where some went."""
        write_whole(self._work / "kept.json", orjson.dumps(lines))

    def _join(self, name: str, target: Path, numbers: list[int]) -> None:
        temporary = target.with_name(target.name + PARTIAL)
        with temporary.open("wb") as to:
            self._copy(name, to, numbers)
        temporary.replace(target)

    def _join_quarantine(self, numbers: list[int]) -> None:
        for name, kept in (("preambles.ndjson", "preambles.ndjson"), ("quarantine.ndjson", "records.ndjson")):
            target = self.out / "quarantine" / kept
            target.unlink(missing_ok=True)
            if any((self.part(number) / name).exists() for number in numbers):
                target.parent.mkdir(mode=0o700, exist_ok=True)
                temporary = target.with_name(target.name + PARTIAL)
                temporary.unlink(missing_ok=True)
                with quarantine_file(temporary) as to:
                    self._copy(name, to, numbers)
                temporary.replace(target)

    def _copy(self, name: str, to: IO[bytes], numbers: list[int]) -> None:
        for number in numbers:
            path = self.part(number) / name
            if path.exists():
                with path.open("rb") as data:
                    shutil.copyfileobj(data, to)

    def end(self, report: dict[str, object], *, success: bool) -> None:
        """The run is over: its report is written, its work folder goes; `_SUCCESS` says that all laws hold."""
        write_whole(self.out / "report.json", orjson.dumps(report, option=orjson.OPT_INDENT_2) + b"\n")
        if success:
            write_whole(self.out / SUCCESS, b"")
        self.leave()

    def leave(self) -> None:
        """Lets go of the folder and of the work in it."""
        self.close()
        shutil.rmtree(self._work, ignore_errors=True)

    def close(self) -> None:
        """Lets go of the folder."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None
