"""The same id in several records: counted, reported where a key should be unique, reduced to the latest on request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

import polars as pl

from interop.engine.columns import ColumnResult
from interop.limits import FIXED
from interop.plan import model as plan

IDS = pl.Schema({"rule": pl.UInt32, "hash": pl.UInt64, "number": pl.UInt64})
TRACKED = FIXED.tracked_ids


@dataclass(frozen=True, slots=True)
class Ids:
    """The ids of a rule in a batch.

    Shapes: `hashes` u64[n]; `records` u32[n], rows of the batch, where the rule's key should be unique.
    """

    rule: int
    hashes: pl.Series
    records: pl.Series | None


class Tracked:
    """The rules whose ids are watched.

    A rule whose key holds the whole key of another rule is not: its ids come again when the other's do.
    """

    def __init__(self, compiled: plan.Plan) -> None:
        self.rules = {rule.number: rule for rule in _tracked(compiled)}

    def of(self, result: ColumnResult) -> list[Ids]:
        """The ids of a batch's resources."""
        found = []
        for number, frame in result.rules:
            rule = self.rules.get(number)
            if rule is not None:
                records = frame.get_column("record") if rule.unique else None
                found.append(Ids(number, frame.get_column("id").hash(), records))
        return found


@dataclass(slots=True)
class _Seen:
    hashes: list[pl.Series] = field(default_factory=list)
    numbers: list[pl.Series] = field(default_factory=list)


class Versions:
    """Ids by rule, as 64-bit hashes, to find those that come again in a later record."""

    def __init__(self, compiled: plan.Plan) -> None:
        self._rules = Tracked(compiled).rules
        self._seen: dict[int, _Seen] = {number: _Seen() for number in self._rules}
        self._size = 0
        self.complete = True

    def add(self, ids: pl.DataFrame) -> None:
        """The ids of a part, see `ids_frame`."""
        if self._size > TRACKED:
            self.complete = False
            return
        for (rule,), frame in ids.group_by("rule", maintain_order=True):
            seen = self._seen[int(str(rule))]
            seen.hashes.append(frame.get_column("hash"))
            seen.numbers.append(frame.get_column("number"))
            self._size += frame.height

    def again(self) -> int:
        """How many resources had an id that an earlier record had."""
        total = 0
        for seen in self._seen.values():
            if seen.hashes:
                hashes = pl.concat(seen.hashes)
                total += len(hashes) - hashes.n_unique()
        return total

    def repeated(self) -> Iterator[tuple[plan.Rule, list[int]]]:
        """For each rule with `$unique`, the run-wide numbers of records that repeat a key."""
        for number, rule in self._rules.items():
            seen = self._seen[number]
            if rule.unique and seen.numbers:
                frame = pl.DataFrame({"hash": pl.concat(seen.hashes), "number": pl.concat(seen.numbers)})
                yield rule, frame.filter(~pl.col("hash").is_first_distinct()).get_column("number").to_list()


def ids_frame(batches: Iterable[tuple[Sequence[Ids], pl.Series]]) -> pl.DataFrame:
    """The ids of some batches, each with its records' numbers over the whole run (u64).

    Shapes: rule u32, hash u64, number u64 (null where the rule does not ask for it).
    """
    frames = [pl.DataFrame(schema=IDS)]
    for ids, numbers in batches:
        for some in ids:
            numbered = numbers.gather(some.records) if some.records is not None else None
            columns = pl.lit(some.rule), pl.lit(some.hashes), pl.lit(numbered)
            frames.append(pl.select(one.alias(name) for one, name in zip(columns, IDS, strict=True)).cast(IDS))
    return pl.concat(frames)


def write_ids(ids: pl.DataFrame, folder: Path) -> None:
    """Keeps the ids of a part beside it, for a run that resumes."""
    ids.write_ipc(folder / "ids.arrow")


def read_ids(folder: Path) -> pl.DataFrame:
    """The ids of a part that an earlier run finished."""
    return pl.read_ipc(folder / "ids.arrow")


def _tracked(compiled: plan.Plan) -> Iterator[plan.Rule]:
    kept: dict[str, list[frozenset[object]]] = {}  # by the records' context: keys of which no other holds the whole
    for rule in sorted(compiled.rules, key=lambda rule: (len(rule.key), rule.number)):
        reads = frozenset(map(_named, rule.key))
        others = kept.setdefault(rule.root, [])
        if not rule.unique and any(other <= reads for other in others):
            continue
        if reads:
            others.append(reads)
        yield rule


def _named(value: plan.Value) -> object:
    """A key part with its columns named whatever the context that reads them."""
    if isinstance(value, plan.Column):
        return (value.context, value.name)
    if isinstance(value, plan.Template | plan.Choice):
        parts = value.parts if isinstance(value, plan.Template) else value.options
        return (type(value).__name__, *(_named(part) for part in parts))
    return value


def keep_latest(paths: Sequence[Path]) -> int:
    """Rewrites the NDJSON files of a type with the last line of each id only, in order.

    Ids are compared by 128 bits of hash (16 bytes a line are held); the lines themselves are streamed.

    Returns:
        How many lines are left.
    """
    digests = [_digests(path) for path in paths]
    last = pl.concat(digests).to_frame("id").select(pl.col("id").is_last_distinct()).to_series()
    start = 0
    for path, mine in zip(paths, digests, strict=True):
        keep = last.slice(start, len(mine))
        start += len(mine)
        if not keep.all():
            partial = path.with_name(path.name + ".partial")
            with path.open("rb") as lines, partial.open("wb") as to:
                to.writelines(line for line, wanted in zip(lines, keep, strict=True) if wanted)
            partial.replace(path)
    return int(last.sum())


def _digests(path: Path) -> pl.Series:
    with path.open("rb") as lines:
        return pl.Series([_digest(line) for line in lines], dtype=pl.Binary)


def _digest(line: bytes) -> bytes:
    """A hash of the id of a line that this project wrote: `{"resourceType":"…","id":"…"`."""
    start = line.index(b'"id":"') + 6
    return blake2b(line[start : line.index(b'"', start)], digest_size=16).digest()
