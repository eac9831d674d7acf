"""The same id in several records: counted, reported where a key should be unique, reduced to the latest on request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from pathlib import Path

import polars as pl

from interop.engine.columns import ColumnResult
from interop.limits import FIXED
from interop.plan import model as plan

TRACKED = FIXED.tracked_ids
HELD = 24_000_000  # bytes of ids that are read together, when workers have gone: thrice the memory
SPREAD = 0x1E3779B97F4A7C15  # spreads the numbers of rules over 64 bits
ROWS = ("rule", "number")  # what is known of the ids of a plan that has a rule whose key should be unique

U32, U64 = pl.UInt32, pl.UInt64


class Tracked:
    """The rules whose ids are watched.

    A rule whose key holds the whole key of another rule is not: its ids come again when the other's do.
    """

    def __init__(self, compiled: plan.Plan) -> None:
        self.rules = {rule.number: rule for rule in _tracked(compiled)}
        unique = [rule.number for rule in self.rules.values() if rule.unique]
        is_asked = pl.col("rule").is_in(pl.Series(unique, dtype=U32).implode())
        self._record = pl.when(is_asked).then("record").alias("record") if unique else None

    def of(self, result: ColumnResult) -> pl.DataFrame:
        """The ids of a batch's resources that are watched.

        Returns:
            key u64, a hash of rule and id. Where some rule's key should be unique also rule u32, and record u32: the
            row of the batch where it is that rule's, else null.
        """
        keys = result.keys(self.rules)
        rule = keys.get_column("rule").cast(U64) * SPREAD  # goes round
        key = (keys.get_column("hash") ^ rule).alias("key")
        return key.to_frame() if self._record is None else keys.select(key, "rule", self._record)


class Versions:
    """Ids by rule, as 64-bit hashes, to find those that come again in a later record. They are in files of parts.

    In the end those of all files are read, a share of them at a time.
    """

    def __init__(self, compiled: plan.Plan) -> None:
        self._unique = {rule.number: rule for rule in _by_key(compiled) if rule.unique}
        self._files: list[Path] = []
        self._size = 0
        self.complete = True

    def add(self, path: Path, count: int) -> None:
        """The ids of a part: so many, in a file of `write_ids`."""
        if self._size > TRACKED:
            self.complete = False
            return
        self._files.append(path)
        self._size += count

    def again(self) -> int:
        """How many resources had an id that an earlier record had."""
        keys = (ids.get_column("key") for ids in self._shares(["key"]))
        return sum(len(some) - some.n_unique() for some in keys)

    def repeated(self) -> Iterator[tuple[plan.Rule, list[int]]]:
        """For each rule with `$unique`, the run-wide numbers of records that repeat a key, ascending."""
        found: dict[int, list[int]] = {number: [] for number in self._unique}
        if not found:
            return
        for ids in self._shares(["key", *ROWS]):
            unique = ids.filter(pl.col("rule").is_in(list(found)))
            again = unique.filter(~pl.col("key").is_first_distinct())
            for number, record in again.select(ROWS).iter_rows():
                found[number].append(record)
        for number, records in found.items():
            yield self._unique[number], sorted(records)

    def _shares(self, columns: Sequence[str]) -> Iterator[pl.DataFrame]:
        """These columns of all ids, in shares: equal ids are in one of them, in the order in which they came."""
        width = sum(4 if column == "rule" else 8 for column in columns)
        count = self._size * width // HELD + 1
        share = pl.col("key") % count
        for number in range(count):
            files = (read_ids(path).select(columns) for path in self._files)
            some = [ids.filter(share == number) if count > 1 else ids for ids in files]
            if some:
                yield pl.concat(some)


def ids_frame(batches: Iterable[tuple[pl.DataFrame | None, pl.Series, int]]) -> pl.DataFrame:
    """The ids of some batches, see `Tracked.of`, each with its records' numbers and what the run has before its file.

    Shapes: key u64; where some rule's key should be unique, rule u32 and number u64 (null where it is not that rule's).
    """
    numbered = [_numbered(ids, numbers, before) for ids, numbers, before in batches if ids is not None and ids.height]
    return pl.concat(numbered) if numbered else pl.DataFrame(schema={"key": U64, "rule": U32, "number": U64})


def _numbered(ids: pl.DataFrame, numbers: pl.Series, before: int) -> pl.DataFrame:
    if "record" not in ids.columns:
        return ids
    of_run = pl.lit(numbers.cast(U64) + before)
    return ids.select("key", "rule", of_run.gather("record").alias("number"))


def write_ids(ids: pl.DataFrame, path: Path) -> None:
    """Keeps the ids of a part, for the end of the run, and for one that resumes it."""
    ids.write_ipc_stream(path)


def read_ids(path: Path) -> pl.DataFrame:
    """The ids of a part."""
    return pl.read_ipc_stream(path)


def _tracked(compiled: plan.Plan) -> Iterator[plan.Rule]:
    kept: dict[object, list[frozenset[object]]] = {}  # keys of which no other holds the whole, each by its last part
    for rule in _by_key(compiled):
        parts = [(rule.root, _named(part)) for part in rule.key]
        reads = frozenset(parts)
        others = (other for part in parts for other in kept.get(part, ()))
        if not rule.unique and any(other <= reads for other in others):
            continue
        if parts:
            kept.setdefault(parts[-1], []).append(reads)
        yield rule


def _by_key(compiled: plan.Plan) -> list[plan.Rule]:
    """The rules, those of few key parts first."""
    return sorted(compiled.rules, key=lambda rule: (len(rule.key), rule.number))


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
