"""The numbers of a projection as look-ups, which place all values of a batch at once.

A *kind* of part is a component and subcomponent that anything reads.
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from interop.readers.hl7v2.slots import NONE, Slots


class Ranks:
    """Numbers that are read, from 0 on: those of any size fit a small look-up. All others are the last rank."""

    def __init__(self, numbers: Iterable[int]) -> None:
        self.known = sorted(set(numbers))
        self._ranks = pl.Series(self.known, dtype=pl.UInt32)
        self._padded = pl.Series([*self.known, 0], dtype=pl.UInt32)
        self.last = self.known[-1] if self.known else 0
        self.size = len(self.known) + 1

    def place(self, number: int) -> int:
        """The rank of a number that is read."""
        return self.known.index(number)

    def of(self, numbers: pl.Series) -> pl.Series:
        """Ranks of u32[n], u32[n]."""
        found = self._ranks.search_sorted(numbers)
        return found.set(self._padded.gather(found) != numbers, len(self.known))


class LookUps:
    """The look-ups of a projection.

    Shapes: they are u32, `NONE` where nothing is read. `fields` by store and place, `stride` places a store; `own` by
    field and rank of the repetition, a slot; `repeated` by field, the slot of each of its repetitions; `parts`, which
    are kinds, by the ranks of component and subcomponent; `targets` by slot and kind, and after all `kinds` these again
    for what is `""`; `wholes` by slot; `segments` by store.
    """

    def __init__(self, slots: Slots) -> None:
        self.slots = slots
        read = sorted({(component, subcomponent) for _, component, subcomponent, *_ in slots.parts})
        numbers = {part: number for number, part in enumerate(read)}
        self.kinds = len(read)
        self.components = Ranks(component for component, _ in read)
        self.subcomponents = Ranks(subcomponent for _, subcomponent in read)
        self.parts = _look_up(
            self.components.size * self.subcomponents.size,
            (
                (self.components.place(one) * self.subcomponents.size + self.subcomponents.place(two), number)
                for (one, two), number in numbers.items()
            ),
        )
        self.stride = max(slots.widths, default=0)
        self.fields = _look_up(
            len(slots.widths) * self.stride,
            ((store * self.stride + place, number) for number, (store, place) in enumerate(slots.places)),
        )
        self.repetitions = Ranks(repetition for _, repetition, _ in slots.own)
        self.own = _look_up(
            len(slots.places) * self.repetitions.size,
            (
                (field * self.repetitions.size + self.repetitions.place(repetition), slot)
                for field, repetition, slot in slots.own
            ),
        )
        self.repeated = _look_up(len(slots.places), slots.repeated)
        targets: list[tuple[int, int]] = []
        for slot, component, subcomponent, text, deleted in slots.parts:
            at = slot * 2 * self.kinds + numbers[component, subcomponent]
            targets += [(at, text), (at + self.kinds, deleted)]
        self.targets = _look_up(slots.count * 2 * self.kinds, targets)
        self.wholes = _look_up(slots.count, slots.wholes)
        self.segments = _look_up(len(slots.widths), slots.presence.items())


def _look_up(size: int, numbers: Iterable[tuple[int, int]]) -> pl.Series:
    found = [NONE] * size
    for place, number in numbers:
        found[place] = number
    return pl.Series(found, dtype=pl.UInt32)
