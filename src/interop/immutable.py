"""Dataclasses that nobody changes: trees, plans, texts with their places, and whatever else is ours alone.

The type checker, which sees all of this program, lets nobody change one. At run time nothing hinders it: a frozen
dataclass sets each field by a call, and takes three times as long to make, 0.6 us for 0.2. A load and the first batch
of a worker make two hundred thousand, and from a pickle a frozen one comes by two calls of Python, 1.5 us for 0.4.
What a caller of the library holds (findings, limits) is frozen.

`dataclass` compiles each method of each class from text, 0.3 ms for a frozen one. Here only `__init__` is, 0.1 ms: what
compares, hashes and shows one is shared. A run of the command line imports some 160 of these classes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from operator import attrgetter
from reprlib import recursive_repr
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def immutable(*, kw_only: bool = False) -> Callable[[type[T]], type[T]]:
    """A dataclass with slots, equal and hashed by its fields, that is not to be changed."""
    made: Callable[[type[T]], type[T]] = dataclass(slots=True, repr=False, eq=False, kw_only=kw_only)
    return lambda cls: _with_methods(made(cls))


def _with_methods(cls: type[T]) -> type[T]:
    """The class with what `dataclass` would have given it, of the same fields."""
    known: Any = cls
    found = fields(known)
    compared = [one.name for one in found if one.compare]
    hashed = [one.name for one in found if (one.compare if one.hash is None else one.hash)]
    known.__eq__ = _equality(_values(compared))
    known.__hash__ = _hash(_values(hashed))
    if "__repr__" not in cls.__dict__:
        known.__repr__ = _shown([one.name for one in found if one.repr])
    return cls


def _values(names: Sequence[str]) -> Callable[[object], tuple[object, ...]]:
    """The values of some fields, together."""
    if len(names) > 1:
        return attrgetter(*names)
    if not names:
        return lambda instance: ()
    only = attrgetter(*names)
    return lambda instance: (only(instance),)


def _equality(values: Callable[[object], tuple[object, ...]]) -> Callable[[object, object], bool]:
    def is_equal(self: object, other: object) -> bool:
        return values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented

    return is_equal


def _hash(values: Callable[[object], tuple[object, ...]]) -> Callable[[object], int]:
    return lambda self: hash(values(self))


def _shown(names: Sequence[str]) -> Callable[[object], str]:
    @recursive_repr()
    def show(self: object) -> str:
        return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in names)})"

    return show
