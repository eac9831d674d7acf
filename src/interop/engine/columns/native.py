"""Hot leaves as native column expressions: text that needs neither a step nor an escape.

A column with many distinct values (identifiers, names, free text) costs a Python call for each of them. Where a whole
column holds nothing that JSON would escape and nothing that the element's type would refuse, its text is spliced as it
stands. The property tests hold these forms to the scalar ones.
"""

from __future__ import annotations

import polars as pl

from interop.plan import model as plan

# What sends a column to the scalar check, by type: escapes, controls, outer spaces; for the stricter types any space.
_COMMON = (
    r'["\\\x00-\x1f\x7f-\x{a0}\x{1680}\x{2000}-\x{200f}\x{2028}-\x{202f}\x{205f}-\x{206f}\x{3000}\x{feff}'
    r"\x{fff9}-\x{ffff}]|^ | $|^$"
)
_UNSAFE = {"string": _COMMON, "markdown": _COMMON, "code": _COMMON + "| ", "uri": _COMMON + "| "}
_LONG = 100_000  # bytes


def is_native(node: plan.Node) -> bool:
    """Whether a subtree is made of constants and bare columns of text."""
    match node:
        case plan.Json():
            return True
        case plan.Primitive(value=plan.Column(), json="string", type=kind, bound=False):
            return kind in _UNSAFE
        case plan.Object(members=members, required=()):
            return all(member.when is None and member.absent is None and is_native(member.node) for member in members)
        case plan.Array(items=items, plain=True):
            return all(is_native(item.node) for item in items)
    return False


def is_safe(series: pl.Series, kind: str) -> bool:
    """Whether a column can be spliced between quotes as it is, where the element is of this type."""
    unsafe = pl.col("text").str.contains(_UNSAFE[kind]) | (pl.col("text").str.len_bytes() > _LONG)
    return not series.to_frame("text").select(unsafe.any()).item()
