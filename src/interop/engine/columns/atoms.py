"""Expressions that come again with every batch, made once: constant texts, columns by name, true and false.

Making one takes some microseconds of Python, and a batch of HL7 v2 messages asks for eight thousand.
"""

from __future__ import annotations

from functools import lru_cache

import polars as pl

REMEMBERED = 1 << 14

TRUE, FALSE = pl.lit(value=True), pl.lit(value=False)


@lru_cache(maxsize=REMEMBERED)
def constant(text: str) -> pl.Expr:
    """A constant text."""
    return pl.lit(text)


@lru_cache(maxsize=REMEMBERED)
def column(name: str) -> pl.Expr:
    """A column of a scratch frame."""
    return pl.col(name)
