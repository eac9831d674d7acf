"""Ids that a record builds more than once: one resource each, or a clash. The columnar form of `engine.merge`.

Most repeats are equal byte by byte, or their files say `first` or `richest`: these are settled on whole columns. What
is left goes through `settle`, group by group.
"""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TypeAlias

import polars as pl

from interop.engine.merge import settle
from interop.engine.result import Resource
from interop.engine.settled import Rules
from interop.plan import model as plan

U32 = pl.UInt32
KEY = ("record", "id")
Clashes: TypeAlias = list[tuple[int, int]]


class Repeats:
    """What a plan's rules may build twice within a record, and how it is settled."""

    def __init__(self, compiled: plan.Plan) -> None:
        self._sharing = rules_sharing_ids(compiled)
        self._types = [rule.resource for rule in compiled.rules]
        self._merges = [rule.merge for rule in compiled.rules]

    def settle(self, rules: Rules) -> tuple[Rules, Clashes]:
        """The resources of one type, one for each id of a record, and what clashes.

        Args:
            rules: As in `ColumnResult`, all that there are of the type.

        Returns:
            The same in the same order; clashes as (record, rule).
        """
        places = [place for place, (number, _) in enumerate(rules) if number in self._sharing]
        if not places:
            return rules, []
        found = pl.concat([rules[place][1].select(KEY) for place in places])
        if _all_differ(found):
            return rules, []
        first = found.select(pl.struct(KEY).is_first_distinct()).to_series()
        if first.all():
            return rules, []
        settled = list(rules)
        texts, clashes = self._texts(pl.concat([_numbered(place, rules[place][1]) for place in places]), rules)
        start = 0
        for place in places:
            number, frame = rules[place]
            kept = first.slice(start, frame.height)
            changed = _changed(frame, texts.filter(pl.col("place") == place)) if texts.height else frame
            settled[place] = number, changed if kept.all() else changed.filter(kept)
            start += frame.height
        return settled, clashes

    def _texts(self, long: pl.DataFrame, rules: Rules) -> tuple[pl.DataFrame, Clashes]:
        """What becomes of ids with several contents. Columns: place, row of the first, text; and what clashes."""
        none = long.select("place", "row", "text").clear()
        if long.select(pl.struct(KEY).n_unique() == pl.struct(*KEY, "text").n_unique()).item():
            return none, []
        hows = pl.Series([self._merges[number] or "" for number, _ in rules], dtype=pl.String)
        several = (
            long.filter(pl.struct(KEY).is_duplicated())
            .unique([*KEY, "text", "place"], keep="first", maintain_order=True)
            .filter(pl.col("text").n_unique().over(KEY) > 1)
            .with_columns(how=pl.lit(hows).gather("place"))
        )
        alone = pl.col("how").n_unique().over(KEY) == 1
        first, richest = alone & (pl.col("how") == "first"), alone & (pl.col("how") == "richest")
        longest = pl.col("text").get(pl.col("text").str.len_bytes().arg_max())  # the earliest of equals
        native = several.filter(richest).group_by(KEY, maintain_order=True)
        changed = native.agg(pl.first("place"), pl.first("row"), longest).select(none.columns)
        by_hand, clashes = self._by_hand(several.filter(~(first | richest)), rules)
        return pl.concat([changed, pl.DataFrame(by_hand, schema=none.schema, orient="row")]), clashes

    def _by_hand(self, several: pl.DataFrame, rules: Rules) -> tuple[list[tuple[int, int, str]], Clashes]:
        """The same one id after another: (place, row, text), and clashes."""
        made: list[tuple[int, int, str]] = []
        clashes: Clashes = []
        listed = several.sort(KEY, maintain_order=True).select(*KEY, "place", "row", "text").rows()
        for (record, identity), group in groupby(listed, key=itemgetter(0, 1)):
            spots = [(place, row, text) for _, _, place, row, text in group]
            numbers = [rules[place][0] for place, _, _ in spots]
            resources = [
                Resource(number, self._types[number], identity, text)
                for number, (_, _, text) in zip(numbers, spots, strict=True)
            ]
            lost: list[Resource] = []
            (kept,) = settle(resources, self._merges, lost.append)
            clashes += [(record, resource.rule) for resource in lost]
            place, row, _ = spots[0]
            made.append((place, row, kept.text))
        return made, clashes


def _all_differ(keys: pl.DataFrame) -> bool:
    """Whether numbers made of the keys all differ: then the keys do. Takes two fifths of the time of comparing them."""
    numbers = keys.get_column("id").hash() + keys.get_column("record")
    return numbers.n_unique() == keys.height


def _numbered(place: int, frame: pl.DataFrame) -> pl.DataFrame:
    """Columns: record, id, text, place (among the rules), row (in the rule's frame)."""
    return frame.with_columns(place=pl.lit(place, dtype=U32), row=pl.int_range(pl.len(), dtype=U32))


def _changed(frame: pl.DataFrame, texts: pl.DataFrame) -> pl.DataFrame:
    """The frame with the texts of some rows changed."""
    return frame.with_columns(text=frame.get_column("text").scatter(texts.get_column("row"), texts.get_column("text")))


def rules_sharing_ids(compiled: plan.Plan) -> frozenset[int]:
    """Rules that could build one id twice within a record: several rows, or several rules of one type.

    Rules of one type in the record's own context whose keys differ in a constant cannot meet.
    """
    sharing: set[int] = set()
    seen: dict[tuple[str, str], list[plan.Rule]] = {}
    for rule in compiled.rules:
        if compiled.contexts[rule.context].parent is not None:
            sharing.add(rule.number)
        for other in seen.setdefault((rule.root, rule.resource), []):
            is_known = rule.number in sharing and other.number in sharing
            if not is_known and not _differ(rule, other):
                sharing.update((rule.number, other.number))
        seen[rule.root, rule.resource].append(rule)
    return frozenset(sharing)


def _differ(one: plan.Rule, other: plan.Rule) -> bool:
    if one.id is not None or other.id is not None or len(one.key) != len(other.key):
        return False
    return any(
        isinstance(a, plan.Constant) and isinstance(b, plan.Constant) and a.text != b.text
        for a, b in zip(one.key, other.key, strict=True)
    )
