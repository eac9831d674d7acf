"""Numbers for the places of a rule: each step, leaf and object of it.

A rule's own number is 0. Those of its body follow in the order of the file, then those of its key and condition, then
those that a pass adds: findings stand in this order. A body is numbered when it is made, and knows of no other rule's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from interop.errors import Place

OWN, BODY, HEAD, ADDED = 0, 1, 1 << 30, 1 << 31  # u32 in Rust


class Located(NamedTuple):
    """The element that a place of the plan fills, and its line of the package."""

    target: str
    place: Place


class Numbering:
    """Hands out `order` numbers from a first one on, and remembers what each stands for.

    `located` has element and place of each, not yet as `Located`: of ten thousand numbers hardly one is looked up.
    """

    def __init__(self, first: int, located: Mapping[int, tuple[str, Place]] | None = None) -> None:
        self.located: dict[int, tuple[str, Place]] = dict(located or ())
        self._next = max(first, *(order + 1 for order in self.located)) if self.located else first

    def add(self, target: str, place: Place) -> int:
        """The next number, for this element at this place."""
        order = self._next
        self.located[order] = target, place
        self._next = order + 1
        return order
