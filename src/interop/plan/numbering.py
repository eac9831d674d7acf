"""Numbers for the places of a plan: each step, leaf and object of a rule, in the order of the file."""

from __future__ import annotations

from collections.abc import Sequence

from interop.errors import Place


class Numbering:
    """Hands out `order` numbers and remembers the element and the place of each."""

    def __init__(self, targets: Sequence[str] = (), places: Sequence[Place] = ()) -> None:
        self.targets = list(targets)
        self.places = list(places)

    def add(self, target: str, place: Place) -> int:
        """The next number, for this element at this place."""
        self.targets.append(target)
        self.places.append(place)
        return len(self.targets) - 1
