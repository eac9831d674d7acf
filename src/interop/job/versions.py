"""The same id in several records: counted, reported where a key should be unique, reduced to the latest on request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from hashlib import blake2b
from itertools import pairwise
from pathlib import Path

import polars as pl

from interop.engine.columns import ColumnResult
from interop.limits import FIXED
from interop.plan import model as plan

NO_IDS = pl.DataFrame(schema={"rule": pl.UInt32, "hash": pl.UInt64, "number": pl.UInt64})
TRACKED = FIXED.tracked_ids
HELD = 500_000  # ids that wait in memory, 20 bytes each, and that are read again together: thrice the memory
SPLIT = 64  # lots of ids by hash: those that come again are in the same lot
_LOT = pl.col("hash") % SPLIT


class Tracked:
    """The rules whose ids are watched.

    A rule whose key holds the whole key of another rule is not: its ids come again when the other's do.
    """

    def __init__(self, compiled: plan.Plan) -> None:
        self.rules = {rule.number: rule for rule in _tracked(compiled)}
        unique = [rule.number for rule in self.rules.values() if rule.unique]
        is_asked = pl.col("rule").is_in(pl.Series(unique, dtype=pl.UInt32).implode()) if unique else pl.lit(value=False)
        record = pl.when(is_asked).then("record").alias("record")
        self._columns = (pl.col("rule"), pl.col("id").hash().alias("hash"), record)

    def of(self, result: ColumnResult) -> pl.DataFrame:
        """The ids of a batch's resources that are watched.

        Returns:
            rule u32, hash u64; record u32, the row of the batch, where the rule's key should be unique, else null.
        """
        return result.keys(self.rules).select(self._columns)


class Versions:
    """Ids by rule, as 64-bit hashes, to find those that come again in a later record.

    They wait in memory up to a number, then in files of `spool`. In the end some lots of all files are read at a time.
    A thread writes the files: workers would wait for who feeds them, a tenth of a second for each.
    """

    def __init__(self, compiled: plan.Plan, spool: Path) -> None:
        self._unique = {rule.number: rule for rule in _by_key(compiled) if rule.unique}
        self._spool = spool
        self._waiting: list[pl.DataFrame] = []
        self._rows = 0  # that wait
        self._size = 0
        self._spilt: list[Future[list[int]]] = []  # of each file the places of its lots, once it is written
        self._writer = ThreadPoolExecutor(1, "interop-spill")
        self.complete = True

    def add(self, ids: pl.DataFrame) -> None:
        """The ids of a part, see `ids_frame`."""
        if self._size > TRACKED:
            self.complete = False
            return
        self._waiting.append(ids)
        self._rows += ids.height
        self._size += ids.height
        if self._rows > HELD:
            self._spill()

    def again(self) -> int:
        """How many resources had an id that an earlier record had."""
        return sum(ids.height - _different(ids) for ids in self._by_hash(("rule", "hash")))

    def repeated(self) -> Iterator[tuple[plan.Rule, list[int]]]:
        """For each rule with `$unique`, the run-wide numbers of records that repeat a key, ascending."""
        found: dict[int, list[int]] = {number: [] for number in self._unique}
        if not found:
            return
        for ids in self._by_hash(NO_IDS.columns):
            unique = ids.filter(pl.col("rule").is_in(list(found)))
            again = unique.filter(~pl.struct("rule", "hash").is_first_distinct())
            for number, record in again.select("rule", "number").iter_rows():
                found[number].append(record)
        for number, records in found.items():
            yield self._unique[number], sorted(records)

    def close(self) -> None:
        """Nothing is written any more."""
        self._writer.shutdown(cancel_futures=True)

    def _spill(self) -> None:
        """What waits goes to a file."""
        self._spilt.append(self._writer.submit(_write_lots, self._waiting, self._file(len(self._spilt))))
        self._waiting, self._rows = [], 0

    def _by_hash(self, columns: Sequence[str]) -> Iterator[pl.DataFrame]:
        """These columns of all ids, in pieces: equal hashes are in one of them, in the order in which they came."""
        waiting = pl.concat([NO_IDS, *self._waiting]).select(columns)
        if not self._spilt:
            yield waiting
            return
        waiting = waiting.sort(_LOT, maintain_order=True)
        ends = [*(spilt.result() for spilt in self._spilt), _ends(waiting)]
        for first, last in _together([sum(lots) for lots in zip(*map(_heights, ends), strict=True)]):
            spans = [(some[first], some[last] - some[first]) for some in ends]
            spilt = (
                pl.scan_ipc(self._file(time)).select(columns).slice(*span).collect()
                for time, span in enumerate(spans[:-1])
            )
            yield pl.concat([*spilt, waiting.slice(*spans[-1])])

    def _file(self, time: int) -> Path:
        return self._spool / f"ids-{time}.arrow"


def _write_lots(ids: Sequence[pl.DataFrame], path: Path) -> list[int]:
    """Writes ids sorted by lot; in a lot they stay in their order. Gives the places of the lots, see `_ends`."""
    whole = pl.concat(ids).sort(_LOT, maintain_order=True)
    whole.write_ipc(path)
    return _ends(whole)


def _different(ids: pl.DataFrame) -> int:
    """How many ids there are, rule by rule: in a third of the time that pairs of rule and hash take."""
    return int(ids.group_by("rule").agg(pl.col("hash").n_unique()).get_column("hash").sum())


def _ends(ids: pl.DataFrame) -> list[int]:
    """Where each lot of ids that are sorted by lot begins, and, last, where the last one ends."""
    lots = ids.select(_LOT).to_series()
    return [0, *lots.search_sorted(pl.Series(range(SPLIT), dtype=pl.UInt64), side="right").to_list()]


def _heights(ends: Sequence[int]) -> list[int]:
    return [end - start for start, end in pairwise(ends)]


def _together(heights: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Stretches of lots, first and after the last, of few more ids than wait in memory; one lot at least."""
    first = total = 0
    for lot, height in enumerate(heights):
        if total and total + height > HELD:
            yield first, lot
            first, total = lot, 0
        total += height
    yield first, len(heights)


def ids_frame(batches: Iterable[tuple[pl.DataFrame | None, pl.Series]]) -> pl.DataFrame:
    """The ids of some batches, see `Tracked.of`, each with its records' numbers over the whole run (u64).

    Shapes: rule u32, hash u64, number u64 (null where the rule does not ask for it).
    """
    numbered = (_numbered(ids, numbers) for ids, numbers in batches if ids is not None and ids.height)
    return pl.concat([NO_IDS, *numbered])


def _numbered(ids: pl.DataFrame, numbers: pl.Series) -> pl.DataFrame:
    record = ids.get_column("record")
    if record.null_count() < len(record):
        return ids.select("rule", "hash", pl.lit(numbers).gather("record").alias("number"))
    # most mappings ask for no record: that is said without a query, which waits for other threads
    return pl.DataFrame([ids.get_column("rule"), ids.get_column("hash"), record.cast(pl.UInt64).alias("number")])


def write_ids(ids: pl.DataFrame, folder: Path) -> None:
    """Keeps the ids of a part beside it, for a run that resumes."""
    ids.write_ipc(folder / "ids.arrow")


def read_ids(folder: Path) -> pl.DataFrame:
    """The ids of a part that an earlier run finished."""
    return pl.read_ipc(folder / "ids.arrow")


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
