"""Law of sameness, of framing: with Rust and without it the same batches, whatever the file and its blocks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import fields
from io import BytesIO
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.limits import Limits
from interop.readers.hl7v2 import frames, framing
from interop.readers.hl7v2.frames import Framer, frame
from interop.readers.hl7v2.framing import FileFramer
from interop.readers.hl7v2.spans import Messages, Sizes, Span
from interop.readers.protocol import Batch, Input
from interop.readers.streams import DamagedError
from interop.rust import is_there

from .grounds import MESSAGE_LAYOUT
from .profile import law

pytestmark = pytest.mark.skipif(not is_there(), reason="interop was installed without its part in Rust")

FILE = "a.hl7"
MARK = b"\xef\xbb\xbf"
ENDS = ["\r", "\r", "\r", "\n", "\r\n", "\x0b", "\x1c", "\r\x1c\r\x0b", "\r\r\n \n", ""]
LINES = ["PID|1", "OBX|1|ST|a^b||MSH|", "ZZZ", "x" * 30, " ", "\t", "M", "MSHX|", "MSH1", "FHT|", "B", "\0", "\xff\xfe"]
BATCH = ["FHS|^~\\&", "BHS|^~\\&", "BTS|2", "BTS|", "BTS", "FTS|1", "FTS|x", "BTS|1MSH|"]
MESSAGE = "MSH|^~\\&|||||||ADT^A01|1"


@st.composite
def files(draw: Any) -> bytes:
    """Mostly messages by one line end; in between lines of batches, and all that may be damaged."""
    usual = draw(st.sampled_from(ENDS))
    texts = [MESSAGE] * 15 + ["MSH", "MSH|", *LINES, *draw(st.sampled_from([[], BATCH]))]
    found = b""
    for text in draw(st.lists(st.sampled_from(texts), min_size=draw(st.sampled_from([0, 0, 12])), max_size=25)):
        end = draw(st.sampled_from([usual] * 5 + ENDS))
        mark = MARK if draw(st.integers(0, 7)) == 7 else b""
        found += mark + text.encode("latin-1") + end.encode()
    if found and draw(st.integers(0, 3)) == 3:
        at = draw(st.integers(0, len(found) - 1))
        found = found[:at] + draw(st.sampled_from([b"", b"\0", b"\r", MARK, b"MSH"])) + found[at + 1 :]
    return found


@st.composite
def blocks(draw: Any) -> Sequence[bytes]:
    """A file in blocks of one size, or of any."""
    data = draw(files())
    sizes = draw(st.one_of(st.integers(1, 900).map(lambda one: [one]), st.lists(st.integers(1, 90), min_size=1)))
    found: list[bytes] = []
    while data:
        size = sizes[len(found) % len(sizes)]
        found.append(data[:size])
        data = data[size:]
    return found


def told(batch: Batch) -> dict[str, object]:
    """All that is to be said of a batch."""
    found = {one.name: getattr(batch, one.name) for one in fields(batch)}
    found |= {name: (found[name].dtype, found[name].to_list()) for name in ("numbers", "offsets", "lengths")}
    found["raw"] = list(batch.raw or ())
    return found


def framed(blocks: Sequence[bytes], limits: Limits, rows: int, *, damaged: bool, rust: bool) -> list[dict[str, object]]:
    """The batches of a file."""

    def opened(_: Input, size: int) -> Iterator[bytes]:
        yield from blocks
        if damaged:
            raise DamagedError

    source = Input(FILE, lambda: BytesIO(b""))
    with (
        patch.object(framing, "open_blocks", opened),
        nullcontext() if rust else patch.object(frames, "is_there", lambda: False),
    ):
        return [told(batch) for batch in FileFramer(source, MESSAGE_LAYOUT, limits).read(rows)]


@given(
    blocks(),
    st.builds(
        Limits,
        record_bytes=st.sampled_from([1 << 20] * 3 + [20, 28, 60, 90]),
        message_bytes=st.sampled_from([1 << 20] * 3 + [1, 30, 200]),
    ),
    st.sampled_from([1000, 1000, 1, 3]),
    st.sampled_from([1 << 20, 1 << 20, 1, 7, 64]),
    st.sampled_from([False] * 4 + [True]),
)
@law(1500)
def test_batches(blocks: Sequence[bytes], limits: Limits, rows: int, piece: int, damaged: bool) -> None:
    with patch.object(frames, "PIECE", piece):
        ours = framed(blocks, limits, rows, damaged=damaged, rust=True)
        theirs = framed(blocks, limits, rows, damaged=damaged, rust=False)
    assert ours == theirs
    data = b"".join(blocks)
    for batch in ours:
        for offset, length, raw in zip(batch["offsets"][1], batch["lengths"][1], batch["raw"], strict=True):  # type: ignore[index, call-overload]
            assert data[offset : offset + length] == raw


def test_rust_frames_what_is_usual() -> None:
    """The law above would hold where Python did all of it."""
    seen: Counter[type] = Counter()

    @given(blocks())
    @law(1000)
    def count(blocks: Sequence[bytes]) -> None:
        sizes = Sizes()
        for found in frame(iter(blocks), Framer(Limits(), sizes), sizes):
            seen[type(found)] += len(found.raw) if isinstance(found, Messages) else 1

    count()
    assert seen[Messages] > seen[Span] > 0
