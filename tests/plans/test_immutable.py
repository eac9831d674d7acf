"""What is not to be changed is equal and hashed by its fields, has no others, and goes through pickle."""

from __future__ import annotations

import pickle
from dataclasses import field, replace

import pytest

from interop.immutable import immutable
from interop.plan.model import Column, Constant, Template


@immutable()
class Nothing:
    """Without fields."""


@immutable()
class Chosen:
    """With fields that some methods leave out."""

    name: str
    note: str = field(default="", compare=False)
    places: tuple[str, ...] = field(default=(), hash=False)
    long: str = field(default="", repr=False)


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


def test_without_fields() -> None:
    assert Nothing() == Nothing() != Constant("")
    assert hash(Nothing()) == hash(Nothing())
    assert repr(Nothing()) == "Nothing()"


def test_fields_left_out() -> None:
    assert Chosen("a", note="one") == Chosen("a", note="other")
    assert Chosen("a", places=("p",)) != Chosen("a")
    assert hash(Chosen("a", note="one", places=("p",))) == hash(Chosen("a"))
    assert Chosen("a", long="l") != Chosen("a")
    assert repr(Chosen("a", long="l")) == "Chosen(name='a', note='', places=())"


def test_shown_by_fields() -> None:
    assert repr(Template((Constant("a"),))) == "Template(parts=(Constant(text='a'),))"
