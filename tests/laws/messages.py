"""Random HL7 v2 messages of a layout: segments in order and out of it, missing, repeated, unknown and broken ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from hypothesis import strategies as st

from interop.spec.hl7v2_layout import GroupSlot, Hl7v2Layout, Slot

from .vocabulary import Vocabulary

USUAL = "|^~\\&"
SEPARATORS = [USUAL] * 12 + ["|^~\\&#", "!*+%:", "^|~\\&", "|^", "|^~", "\t;,?/", "|^~\\&@", "|~^\\&"]
ENDS = ["\r"] * 6 + ["\n", "\r\n", "\r\r"]
CHARSETS = [""] * 9 + ["UNICODE UTF-8", "8859/1", "~ISO IR87", "ASCII", "GB 18030-2000", "BIG-5", "NONE"]
CODECS = {"8859/1": "latin-1", "~ISO IR87": "iso2022_jp", "ASCII": "ascii", "GB 18030-2000": "gb18030", "BIG-5": "big5"}
BROKEN = ["ZZZ", "ZPI", "pid", "OB", "PIDX", "", " ", "the rest of a text", "MSA", "DSC"]
MOST = 9  # fields that are filled of a segment


@dataclass(frozen=True)
class Sender:
    """Who sends random messages: by what layout, in what words. Shapes: `read` by segment the fields that are read."""

    layout: Hl7v2Layout
    words: Vocabulary
    read: dict[str, tuple[int, ...]]

    @cached_property
    def kinds(self) -> list[tuple[str, str, str]]:
        """What MSH-9 says, as code, trigger and structure."""
        told = [(code, trigger, name) for (code, trigger), name in self.layout.events.items() if trigger]
        known = {name for _, _, name in told}
        return told + [(*name.partition("_")[::2], name) for name in self.layout.structures if name not in known]

    @cached_property
    def segments(self) -> list[str]:
        """Those that some context takes."""
        return sorted({name for context in self.layout.contexts for name in (*context.opens, *context.holds)})

    @cached_property
    def orders(self) -> dict[str, tuple[tuple[str, bool], ...]]:
        """By structure its segments after MSH in their order, and whether each must be there."""
        return {name: tuple(_flat(one.slots, needed=True))[1:] for name, one in self.layout.structures.items()}


def _flat(slots: tuple[Slot, ...], *, needed: bool) -> Iterator[tuple[str, bool]]:
    for slot in slots:
        here = needed and not slot.optional
        if isinstance(slot, GroupSlot):
            yield from _flat(slot.slots, needed=here)
        else:
            yield slot.name, here


def fields_by_segment(names: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """The numbers of fields by segment, of names like `PID-8`. Others are left out."""
    found: dict[str, list[int]] = {}
    for segment, _, number in (name.partition("-") for name in sorted(set(names))):
        if number.isdigit():
            found.setdefault(segment, []).append(int(number))
    return {segment: tuple(sorted(numbers)) for segment, numbers in found.items()}


@st.composite
def segment_names(draw: Any, sender: Sender, structure: str) -> list[str]:
    """The segments of a message after MSH: the structure walked through once or more, from anywhere to anywhere.

    Some messages have others in between, some are in no order at all.
    """
    order = sender.orders.get(structure, ())
    names: list[str] = []
    if order:
        places = st.lists(st.integers(0, len(order) - 1), max_size=7)
        walks = draw(st.lists(places, min_size=1, max_size=3))
        if draw(st.integers(0, 3)):
            walks[0] += [place for place, (_, needed) in enumerate(order) if needed]
        names = [order[place][0] for walk in walks for place in sorted(walk)]
    if draw(st.integers(0, 3)) == 3:
        others = st.one_of(st.sampled_from(sender.segments), st.sampled_from(BROKEN))
        for name in draw(st.lists(others, min_size=1, max_size=3)):
            names.insert(draw(st.integers(0, len(names))), name)
    return draw(st.permutations(names)) if draw(st.integers(0, 7)) == 7 else names


@st.composite
def segments(draw: Any, sender: Sender, name: str) -> str:
    """A segment: a few of its fields, most of them such as are read."""
    read = sender.read.get(name, ())
    numbers = st.one_of(*[st.sampled_from(read)] * 9, st.integers(1, 40)) if read else st.integers(1, 12)
    filled = draw(st.lists(numbers, max_size=MOST, unique=True))
    texts = {number: draw(st.sampled_from(sender.words.texts(f"{name}-{number}"))) for number in filled}
    return "|".join([name, *(texts.get(number, "") for number in range(1, max(texts, default=0) + 1))])


@st.composite
def messages(draw: Any, sender: Sender) -> bytes:
    """A message, in some separators, line ends and charset. A few of them cannot be read."""
    code, trigger, structure = draw(st.sampled_from(sender.kinds))
    charset = draw(st.sampled_from(CHARSETS))
    kind = draw(st.sampled_from([f"{code}^{trigger}^{structure}"] * 4 + [f"{code}^{trigger}", code, "", "A^B^C_D"]))
    head = ["MSH", USUAL[1:], *["app", "lab^1.2.3^ISO", "", "", "20240131", "", kind]]
    head += [draw(st.sampled_from(["m1", "m1", "m2", ""])), "P", draw(st.sampled_from(["2.5.1", "2.3", ""]))]
    if charset or draw(st.integers(0, 9)) == 9:
        head += ["", "", "", "", "", charset]
    others = [draw(segments(sender, name)) for name in draw(segment_names(sender, structure))]
    text = draw(st.sampled_from(ENDS)).join(["|".join(head), *others])
    own = draw(st.sampled_from(SEPARATORS))
    if own != USUAL:
        marks = dict(zip(map(ord, USUAL), own, strict=False))
        text = f"MSH{own}" + text[len("MSH") + len(USUAL) :].translate(marks)
    return text.encode(CODECS.get(charset, "utf-8"), "replace") + b"\r"


def files(sender: Sender, least: int, most: int) -> st.SearchStrategy[Sequence[bytes]]:
    """The messages of a file, so many of them."""
    return st.lists(messages(sender), min_size=least, max_size=most)
