"""Law of sameness, of segments: Rust places them where `Placing` does, or asks for that (rust/src/hl7v2/placing.rs)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.readers.hl7v2 import Hl7v2Reader
from interop.readers.hl7v2.outline import Outline
from interop.readers.hl7v2.rust_asking import Asked
from interop.readers.protocol import Projection
from interop.rust import is_there
from interop.spec.hl7v2_layout import GroupSlot, Hl7v2Layout, MessageContext, Slot
from tests.readers.hl7v2.layouts import structure

from .grounds import MESSAGE_LAYOUT
from .messages import BROKEN, Sender
from .profile import law
from .silence import load
from .test_messages_agree import SENDER, SHIPPED
from .test_shredders_agree import agree

pytestmark = pytest.mark.skipif(not is_there(), reason="interop was installed without its part in Rust")

MESSAGES = 200  # at least, of an example

# A group inside another one of the same context, more than once; rows of a context whose rows stand elsewhere in the
# structure; rows that are behind those of the next row around them.
KNOTS = Hl7v2Layout(
    (
        MessageContext("message", holds=("MSH", "EVN")),
        MessageContext("patient", "message", groups=("OUTER", "INNER"), opens=("PID",), holds=("PD1", "PV1")),
        MessageContext("note", "patient", opens=("NTE", "AL1")),
        MessageContext("order", "patient", groups=("ORDER",), holds=("ORC", "OBR")),
        MessageContext("specimen", "order", groups=("SPECIMEN",), opens=("SPM",)),
        MessageContext("result", "specimen", groups=("RESULT",), opens=("OBX",)),
    ),
    {
        "KNO_T01": structure(
            "KNO_T01",
            "MSH [EVN] {[OUTER( [PD1] {INNER( [PID] [PV1] {[NTE]} )} {[AL1]} "
            "{[ORDER( ORC [OBR] {[SPECIMEN( SPM )]} {[RESULT( OBX )]} {[NTE]} )]} )]}",
        )
    },
    {},
    {},
    {},
)


def shipped_layout() -> Hl7v2Layout:
    layout = load(SHIPPED).package.layout
    assert isinstance(layout, Hl7v2Layout)
    return layout


def walked(slots: Sequence[Slot], chance: Random) -> Iterator[str]:
    """The segments of a message that goes through a structure, most of them as they should be."""
    for slot in slots:
        there = chance.random() < (0.4 if slot.optional else 0.97)
        while there:
            yield from walked(slot.slots, chance) if isinstance(slot, GroupSlot) else [slot.name]
            there = chance.random() < (0.4 if slot.repeats else 0.01)


def message(sender: Sender, kind: tuple[str, str, str], chance: Random) -> bytes:
    """A message of segments that say no more than which they are. Some do not stand where they should."""
    code, trigger, name = kind
    names = list(walked(sender.layout.structures[name].slots, chance))[1:200]
    while chance.random() < 0.25:
        names.insert(chance.randint(0, len(names)), chance.choice([*sender.segments, *BROKEN, *names]))
    lines = [f"MSH|^~\\&|||||||{code}^{trigger}^{name}", *(f"{segment}|{at}" for at, segment in enumerate(names))]
    return "\r".join(lines).encode() + b"\r"


@pytest.mark.parametrize(
    "of", [shipped_layout, lambda: MESSAGE_LAYOUT, lambda: KNOTS], ids=["shipped", "small", "knots"]
)
def test_all_structures(of: object, monkeypatch: pytest.MonkeyPatch) -> None:
    assert callable(of)
    sender = Sender(of(), SENDER.words, {})
    read = {
        one.name: ("#", *(f"{name}-{2 if name == 'MSH' else 1}" for name in (*one.opens, *one.holds)))
        for one in sender.layout.contexts
    }
    counts: Counter[str] = Counter()
    template = Asked.template

    def counted(asked: Asked, kind: str, heads: str) -> tuple[Outline, str | None, int | None]:
        counts["asked"] += 1
        return template(asked, kind, heads)

    monkeypatch.setattr(Asked, "template", counted)

    @given(st.integers(0, 1 << 32))
    @law(10)
    def holds(seed: int) -> None:
        chance = Random(seed)
        kinds = sender.kinds * -(-MESSAGES // len(sender.kinds))
        sent = [message(sender, kind, chance) for kind in kinds]
        counts["sent"] += len(set(sent))
        agree(Hl7v2Reader(sender.layout), Projection(read), sent)

    holds()
    assert 0.1 < counts["asked"] / counts["sent"] < 0.8  # both ways are gone
