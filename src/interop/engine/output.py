"""A batch's resources in the shapes that are written: lines by resource type, or one Bundle a record.

All executors end here. Order is input order: records as they came, within a record by rule, within a rule by row.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

import polars as pl

from interop.engine.settled import Rules, in_order
from interop.plan import model as plan
from interop.writers.bundle import CLOSING, OPENING, entry_parts


def lines_by_type(rules: Rules, compiled: plan.Plan) -> Iterator[tuple[str, pl.DataFrame]]:
    """For each resource type, sorted, its resources. Columns: record, id, text."""
    for kind, made in rules_by_type(rules, compiled):
        yield kind, in_order(made)


def rules_by_type(rules: Rules, compiled: plan.Plan) -> Iterator[tuple[str, Rules]]:
    """The rules that built something of each resource type, sorted."""
    by_type: dict[str, Rules] = {}
    for number, frame in rules:
        by_type.setdefault(compiled.rules[number].resource, []).append((number, frame))
    yield from sorted(by_type.items())


def bundles(rules: Rules, compiled: plan.Plan, records: int, failed: Collection[int]) -> pl.Series:
    """One Bundle for each record that was converted; a record that built nothing has an empty one."""
    entries = []
    for number, frame in rules:
        before, between, after = entry_parts(compiled.base, compiled.rules[number].resource)
        text = pl.concat_str(pl.lit(before), "id", pl.lit(between), "text", pl.lit(after))
        entries.append(frame.select("record", entry=text))
    empty = pl.DataFrame(schema={"record": pl.UInt32, "entry": pl.String})
    long = pl.concat([empty, *entries]).sort("record", maintain_order=True)
    grouped = long.with_columns(pl.col("record").set_sorted()).group_by("record", maintain_order=True).agg("entry")
    joined = grouped.with_columns(pl.col("entry").list.join(","))
    every = pl.DataFrame({"record": pl.Series([n for n in range(records) if n not in failed], dtype=pl.UInt32)})
    found = every.join(joined, on="record", how="left", maintain_order="left")
    whole = pl.concat_str(pl.lit(OPENING), "entry", pl.lit(CLOSING))
    return found.select(whole.fill_null('{"resourceType":"Bundle","type":"collection"}')).to_series()
