"""What is not to be changed is equal and hashed by its fields, has no others, and goes through pickle."""

from __future__ import annotations

import pickle
from dataclasses import replace

import pytest

from interop.plan.model import Column, Constant, Template


def test_equal_by_fields() -> None:
    assert Constant("a") == Constant("a") != Constant("b")
    assert len({Column("c", "n", 0), Column("c", "n", 0), Column("c", "n", 1)}) == 2
    assert replace(Column("c", "n", 0), up=1) == Column("c", "n", 1)


def test_no_other_fields() -> None:
    with pytest.raises(AttributeError):
        Constant("a").name = "b"  # type: ignore[attr-defined]


def test_through_pickle() -> None:
    made = Template((Constant("a"), Column("c", "n", 0)))
    assert pickle.loads(pickle.dumps(made)) == made
