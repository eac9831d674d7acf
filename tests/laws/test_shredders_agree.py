"""Law of sameness, of HL7 v2 messages: both shredders make the same tables, findings and rejected records of any."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.readers.hl7v2 import Hl7v2Reader
from interop.readers.hl7v2.rust_shredding import RustShredder
from interop.readers.hl7v2.shredding import Shredder
from interop.readers.protocol import Batch, Input, Projection
from interop.rust import is_there

from .grounds import MESSAGE_LAYOUT
from .messages import files
from .profile import law
from .silence import load
from .test_messages_agree import SENDER, SHIPPED, shipped

pytestmark = pytest.mark.skipif(not is_there(), reason="interop was installed without its part in Rust")

ODD = [b"|", b"^", b"~", b"&", b"\\", b'""', b"\r", b"\n", b"\\F\\", b"\\.br\\", b"\\XC3A9\\", b"\\E", b"\x00", b"\xff"]
ODD += ["é".encode(), "\u3042".encode(), b"\x1b$B", b"MSH|^~\\&|", b"MSH#*+%$#", b"ZZZ|1", b"UNICODE UTF-8", b"8859/1"]


@st.composite
def damaged(draw: Any, sent: st.SearchStrategy[Sequence[bytes]]) -> list[bytes]:
    """Messages with some bytes put in or overwritten anywhere, their beginnings too."""
    messages = list(draw(sent))
    for _ in range(draw(st.integers(0, 6))):
        place = draw(st.integers(0, len(messages) - 1))
        text, odd = messages[place], draw(st.sampled_from(ODD))
        at = draw(st.integers(0, len(text)))
        messages[place] = text[:at] + odd + text[at + draw(st.sampled_from([0, len(odd)])) :]
    return messages


def same(ours: Batch, theirs: Batch) -> None:
    assert ours.numbers.equals(theirs.numbers)
    assert ours.offsets.equals(theirs.offsets)
    assert ours.lengths.equals(theirs.lengths)
    assert ours.findings == theirs.findings
    assert ours.rejected == theirs.rejected
    assert set(ours.tables) == set(theirs.tables)
    for name, table in ours.tables.items():
        other = theirs.tables[name]
        assert table.frame.equals(other.frame), name
        assert (table.parent is None) == (other.parent is None)
        assert table.parent is None or other.parent is None or table.parent.equals(other.parent)


def agree(reader: Hl7v2Reader, projection: Projection, sent: Sequence[bytes]) -> None:
    shredders = [make(reader._templates, reader._charset, projection) for make in (RustShredder, Shredder)]
    for _ in range(2):  # again, with what is remembered
        for batch in reader.framed(Input("a.hl7", lambda: BytesIO(b"".join(sent))), projection, batch_rows=1000):
            if batch.raw is not None:
                ours, theirs = (shredder.shred(batch) for shredder in shredders)
                same(ours, theirs)


@given(damaged(files(SENDER, 1, 6)))
@law(150)
def test_small_layout(sent: list[bytes]) -> None:
    read = {
        "message": ("#", "record.structure", "MSH-1", "MSH-2", "MSH-9.1", "PID", "PID-3", "PID-3[2].4.2", "PID-5.*"),
        "message/PID-3": ("#", "PID-3.1", "PID-3.4.1", "PID-3.4.2", "PID-3.*", "PID-3 deleted"),
    }
    contexts = {context.name for context in MESSAGE_LAYOUT.contexts}
    root = MESSAGE_LAYOUT.root
    named = {name.replace("message", root, 1): columns for name, columns in read.items()}
    named |= dict.fromkeys(contexts - {root}, ("#",))
    agree(Hl7v2Reader(MESSAGE_LAYOUT), Projection(named), sent)


def test_shipped_mapping() -> None:
    ways, sender = shipped()
    projection = Projection(load(SHIPPED).plan.reads)

    @given(damaged(files(sender, 5, 12)))
    @law(25)
    def holds(sent: list[bytes]) -> None:
        agree(ways.reader, projection, sent)

    holds()
