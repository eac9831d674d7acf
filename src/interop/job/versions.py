"""The same id in several records: counted, reported where a key should be unique, reduced to the latest on request."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

import polars as pl

from interop.engine.columns import ColumnResult
from interop.plan import model as plan

TRACKED = 20_000_000  # ids held for counting, 8 bytes each


@dataclass(slots=True)
class _Seen:
    hashes: list[pl.Series] = field(default_factory=list)
    numbers: list[pl.Series] = field(default_factory=list)


class Versions:
    """Ids by rule, as 64-bit hashes, to find those that come again in a later record.

    A rule whose key holds the whole key of another rule is not tracked: its ids come again when the other's do.
    """

    def __init__(self, compiled: plan.Plan) -> None:
        self._tracked = tuple(_tracked(compiled))
        self._seen: dict[int, _Seen] = {rule.number: _Seen() for rule in self._tracked}
        self._size = 0
        self.complete = True

    def add(self, result: ColumnResult, numbers: pl.Series) -> None:
        """The ids of a batch. `numbers` [n] are its records' numbers over the whole run."""
        if self._size > TRACKED:
            self.complete = False
            return
        for number, frame in result.rules:
            seen = self._seen.get(number)
            if seen is not None:
                seen.hashes.append(frame.get_column("id").hash())
                if any(rule.unique and rule.number == number for rule in self._tracked):
                    seen.numbers.append(numbers.gather(frame.get_column("record")))
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
        for rule in self._tracked:
            seen = self._seen[rule.number]
            if rule.unique and seen.numbers:
                frame = pl.DataFrame({"hash": pl.concat(seen.hashes), "number": pl.concat(seen.numbers)})
                yield rule, frame.filter(~pl.col("hash").is_first_distinct()).get_column("number").to_list()


def _tracked(compiled: plan.Plan) -> Iterator[plan.Rule]:
    kept: list[plan.Rule] = []
    for rule in sorted(compiled.rules, key=lambda rule: (len(rule.key), rule.number)):
        reads = {_named(part) for part in rule.key}
        if not rule.unique and any(
            other.root == rule.root and other.key and {_named(part) for part in other.key} <= reads for other in kept
        ):
            continue
        kept.append(rule)
    yield from kept


def _named(value: plan.Value) -> object:
    """A key part with its columns named whatever the context that reads them."""
    if isinstance(value, plan.Column):
        return (value.context, value.name)
    if isinstance(value, plan.Template | plan.Choice):
        parts = value.parts if isinstance(value, plan.Template) else value.options
        return (type(value).__name__, *(_named(part) for part in parts))
    return value


def keep_latest(path: Path) -> int:
    """Rewrites an NDJSON file with the last line of each id only, in order. Returns how many lines went.

    Ids are compared by 128 bits of hash (16 bytes a line are held); the lines themselves are streamed.
    """
    with path.open("rb") as lines:
        digests = pl.Series([_digest(line) for line in lines], dtype=pl.Binary)
    last = digests.to_frame("id").select(pl.col("id").is_last_distinct()).to_series()
    dropped = len(last) - int(last.sum())
    if dropped:
        partial = path.with_name(path.name + ".partial")
        with path.open("rb") as lines, partial.open("wb") as to:
            to.writelines(line for line, keep in zip(lines, last, strict=True) if keep)
        partial.replace(path)
    return dropped


def _digest(line: bytes) -> bytes:
    """A hash of the id of a line that this project wrote: `{"resourceType":"…","id":"…"`."""
    start = line.index(b'"id":"') + 6
    return blake2b(line[start : line.index(b'"', start)], digest_size=16).digest()
