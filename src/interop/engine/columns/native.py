"""Hot leaves as native column expressions: text whose regular values need no call.

A column with many distinct values (identifiers, names, free text, times) costs a Python call for each of them. A *form*
tells the regular ones, and what the leaf makes of them: text that JSON would not escape and the element's type would
not refuse is spliced as it stands, days and times of the usual shapes are written anew. Only what is left, of a
hostile column all of it, is called for by distinct value. The property tests hold these forms to the scalar ones.
"""

from __future__ import annotations

import polars as pl

from interop.engine.columns.coded import Coded, encode
from interop.engine.columns.moments import Shape, shapes_of
from interop.immutable import immutable
from interop.plan import model as plan
from interop.plan.walk import is_plain

# What sends a text to the scalar check, by type: escapes, controls, outer spaces; for the stricter types any space.
_COMMON = (
    r'["\\\x00-\x1f\x7f-\x{a0}\x{1680}\x{2000}-\x{200f}\x{2028}-\x{202f}\x{205f}-\x{206f}\x{3000}\x{feff}'
    r"\x{fff9}-\x{ffff}]|^ | $|^$"
)
_STRICT = _COMMON + "| "
_UNSAFE = {
    "string": _COMMON,
    "markdown": _COMMON,
    "code": _STRICT,
    "uri": _STRICT,
    "url": _STRICT,
    "canonical": _STRICT,
}
_LONG = 100_000  # bytes


@immutable()
class Form:
    """What a leaf makes of regular text: by `shapes`; where there are none, what does not match `unsafe` as it is."""

    unsafe: str = ""
    shapes: tuple[Shape, ...] = ()


@immutable()
class Parted:
    """A column of text by a form.

    Shapes: `text` utf8[n], null where the value is null or not regular; `rest` has the values that are not regular, by
    distinct value, its codes null in all other rows; None when there are none.
    """

    text: pl.Series
    rest: Coded | None


def form_of(node: plan.Primitive) -> Form | None:
    """The form of a leaf over text that needs no call; None when it has none."""
    if node.json != "string" or node.bound:
        return None
    match node.value:
        case plan.Stepped(source=source) as step:
            shapes = shapes_of(step, node.type) if is_plain(source) else ()
            return Form(shapes=shapes) if shapes else None
        case value if is_plain(value) and node.type in _UNSAFE:
            return Form(unsafe=_UNSAFE[node.type])
    return None


def part(series: pl.Series, form: Form) -> Parted:
    """The column in what is regular and what is not."""
    text = pl.col("text")
    frame = series.to_frame("text")
    if not form.shapes:
        unsafe = frame.select(text.str.contains(form.unsafe) | (text.str.len_bytes() > _LONG)).to_series()
        if not unsafe.any():
            return Parted(series, None)
        return _parted(series, frame.select(pl.when(~pl.lit(unsafe)).then(text)).to_series())
    known = frame.select(text.str.contains(shape.known).alias(str(n)) for n, shape in enumerate(form.shapes))
    found = [(flags, shape) for flags, shape in zip(known, form.shapes, strict=True) if flags.any()]
    if not found:
        return _parted(series, series.clear(len(series)))
    written = [pl.when(pl.lit(flags)).then(_written(text, shape)) for flags, shape in found]
    if len(found) == 1 and found[0][0].all(ignore_nulls=True):
        return Parted(frame.select(_written(text, found[0][1])).to_series(), None)
    return _parted(series, frame.select(pl.coalesce(written)).to_series())


def _written(text: pl.Expr, shape: Shape) -> pl.Expr:
    return text if shape.written is None else text.str.replace(shape.parts, shape.written)


def _parted(series: pl.Series, regular: pl.Series) -> Parted:
    """The regular texts, and of the others what they are."""
    rest = series.is_not_null() & regular.is_null()
    if not rest.any():
        return Parted(regular, None)
    rows = rest.arg_true()
    coded = encode(series[rows])
    codes = pl.Series([None], dtype=pl.UInt32).new_from_index(0, len(series)).scatter(rows, coded.codes)
    return Parted(regular, Coded(coded.values, codes))
