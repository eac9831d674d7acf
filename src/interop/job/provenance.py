"""Provenances of a run: for each part, in its own file, once all of its resources are written (ADR 8)."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Literal

import orjson

from interop.immutable import immutable
from interop.job.inputs import file_name
from interop.job.options import Options
from interop.job.parts import Entry
from interop.job.quarantine import Quarantined
from interop.job.tally import PartTally
from interop.plan.model import Plan
from interop.writers.provenance import Origin, Work, provenances

KIND = "Provenance"


class Digests:
    """SHA-256 of the inputs of a run, each read when it is first asked for.

    Args:
        inputs: As the run was given them; `-` is what it copied of standard input.
        spool: Where it copied that to.
    """

    def __init__(self, inputs: Sequence[Path | Literal["-"]], spool: Path) -> None:
        self._paths = [spool / "stdin" if one == "-" else one for one in inputs]
        self._known: dict[int, str] = {}

    def of(self, number: int) -> str:
        """The digest of an input, by its place from 1: of the file as it is, compressed or not."""
        if number not in self._known:
            with self._paths[number - 1].open("rb") as data:
                self._known[number] = hashlib.file_digest(data, "sha256").hexdigest()
        return self._known[number]

    def all(self) -> list[dict[str, str]]:
        """Every input, in order, with its digest."""
        return [{"name": file_name(path), "sha256": self.of(number)} for number, path in enumerate(self._paths, 1)]


@immutable()
class PartProvenance:
    """Adds to each part what tells where it came from.

    Args:
        compiled: The plan.
        digests: SHA-256 of an input, by its place from 1.
        recorded: The instant that is recorded.
        most: Targets of one Provenance.
        parents: Inputs that are parent tables, by their place from 1: every part may have read them.
    """

    compiled: Plan
    digests: Callable[[int], str]
    recorded: str
    most: int
    parents: tuple[tuple[int, str], ...] = ()

    def add(self, number: int, entries: Sequence[Entry], folder: Path, tally: PartTally) -> None:
        """Adds the Provenances of a part that was converted: see `write`."""
        self.write(number, self._origins(entries), folder, tally)

    def add_again(self, number: int, entries: Iterable[Quarantined], folder: Path, tally: PartTally) -> None:
        """Adds those of records that were in quarantine: see `write`."""
        spans: dict[int, Origin] = {}
        for one in entries:
            first = spans[one.input].first if one.input in spans else one.record
            spans[one.input] = Origin(one.file, self.digests(one.input), first, one.record)
        self.write(number, list(spans.values()), folder, tally)

    def write(self, number: int, origins: Sequence[Origin], folder: Path, tally: PartTally) -> None:
        """Writes the Provenances of a part beside its resources, and counts them.

        Raises:
            OSError: The file cannot be written.
        """
        kept = folder / f"{KIND}.partial"
        targets = (target for kind in tally.files for target in _targets(folder / f"{kind}.ndjson", kind))
        plan = self.compiled
        work = Work(plan.mapping, plan.version, plan.hash, version("interop"), self.recorded)
        count = 0
        with kept.open("wb") as to:
            for _, line in provenances(work, number, origins, targets, self.most):
                count += 1
                tally.bytes_out += to.write(line.encode() + b"\n")
        if count:  # the mapping may have built Provenances of its own
            with kept.open("rb") as data, (folder / f"{KIND}.ndjson").open("ab") as to:
                shutil.copyfileobj(data, to)
            tally.resources[KIND] += count
            tally.files = tuple(sorted({*tally.files, KIND}))
        kept.unlink()

    def _origins(self, entries: Sequence[Entry]) -> list[Origin]:
        """The files of a part, in order, each with its records there."""
        found: dict[int, Origin] = {}
        for entry in entries:
            numbers, file = entry.batch.numbers, entry.file
            if len(numbers):
                before = found.get(file.number)
                first = before.first if before else int(numbers[0])
                found[file.number] = Origin(file.name, self.digests(file.number), first, int(numbers[-1]))
        return [*found.values(), *(Origin(name, self.digests(number)) for number, name in self.parents)]


def provenance_again(compiled: Plan, options: Options, out: Path) -> PartProvenance | None:
    """What adds Provenances when the quarantine of a run is converted again: of the same files, at the same instant.

    Args:
        compiled: The mended plan.
        options: Of the run, as its report tells them.
        out: Its folder.
    """
    if options.provenance is None:
        return None
    listed = orjson.loads((out / "manifest.json").read_bytes())["inputs"]
    digests = {place: one["sha256"] for place, one in enumerate(listed, 1)}
    return PartProvenance(compiled, digests.__getitem__, options.provenance, options.limits.provenance_targets)


def _targets(path: Path, kind: str) -> Iterator[str]:
    """The resources in a file that this project wrote, each once: `Patient/145a9eb6-…`."""
    seen: set[str] = set()
    with path.open("rb") as lines:
        for line in lines:
            for target in _of_bundle(line) if kind == "Bundle" else (f"{kind}/{_id(line)}",):
                if target not in seen:
                    seen.add(target)
                    yield target


def _id(line: bytes) -> str:
    start = line.index(b'"id":"') + 6
    return line[start : line.index(b'"', start)].decode()


_ENTRY = re.compile(rb'\{"fullUrl":"[^"]*/([A-Za-z]+/[^"/]+)","resource":')


def _of_bundle(line: bytes) -> list[str]:
    return [found.decode() for found in _ENTRY.findall(line)]
