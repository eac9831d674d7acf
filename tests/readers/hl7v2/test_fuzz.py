"""Messages with random damage: they give rows or findings, the bytes balance, and a single record agrees with a batch.

INTEROP_FUZZ=100000 asks for so many messages instead of the few of a normal run.
"""

from __future__ import annotations

import os
import random
import re

import pytest

from interop.limits import Limits
from interop.readers.hl7v2 import Hl7v2Reader
from interop.readers.protocol import Input
from tests.readers.hl7v2.layouts import STRUCTURES
from tests.readers.hl7v2.reading import EVERYTHING, one_tree, read, reader_of, shortened

MESSAGES = int(os.environ.get("INTEROP_FUZZ", "2000"))
LOTS = 10
UNREADABLE = ("R601", "R602", "R603", "R604", "R605")

SEGMENTS = ["SFT", "EVN", "PID", "PD1", "NK1", "PV1", "PV2", "NTE", "ORC", "OBR", "OBX", "TQ1", "SPM", "SAC", "AL1"]
SEGMENTS += ["DG1", "PR1", "ROL", "RXA", "RXR", "RXE", "TXA", "MRG", "FT1", "ZZZ"]
PARTS = ["", "", "A", "B C", '""', '""^""', "x^y", "1^2&3^^4", "a~b^c~", "~", "^", "&", "#", "é", "山", "^^^&1.2&ISO"]
PARTS += [
    f"\\{escape}\\" for escape in ("T", "X41", "XFF", "X4", "X00", "H\\b\\N", "E\\F\\E", ".br", ".sp3", "q", "C2842")
]
PARTS += ["\\", "\x1b$B2>\x1b(B"]
CHARSETS = ["", "", "", "UNICODE UTF-8", "8859/1", "~ISO IR87", "ASCII", "GB 18030-2000", "BIG-5", "KS X 1001", "NONE"]
CODECS = {"8859/1": "latin-1", "~ISO IR87": "iso2022_jp", "GB 18030-2000": "gb18030", "BIG-5": "big5"}
CODECS |= {"KS X 1001": "cp949"}
LINE_ENDS = ["\r", "\r", "\r", "\n", "\r\n"]
SEPARATORS = ["|^~\\&", "|^~\\&", "|^~\\&", "|^~\\&#", "!*+%:", "^|~\\&", "|^", "|^~\\&@", "\t;,?/"]
BYTES = rb"| ^ ~ \ & MSH OBX BTS|1".split() + [bytes([one]) for one in b"\r\n\0\x0b\x1c\x1b\xff "]
BYTES += [b"\x1b$B", b"\rMSH|", b"\r\r", b"\xef\xbb\xbf", b"\rBTS|1\r", b"\rFHS|^~\\&\r", b"\rBHS|\r", b"\rFTS|2\r"]
SEGMENT = re.compile(r"\b(?!MSH)[A-Z][A-Z0-9]{2}\b(?!\()")


def message(draw: random.Random) -> bytes:
    """A message with segments in random order, or near the order of a structure."""
    charset = draw.choice(CHARSETS)
    name = draw.choice([*STRUCTURES, "ZZZ_Z01"])
    segments = SEGMENT.findall(STRUCTURES.get(name, ""))
    shape = draw.randrange(3)
    if shape == 0 or not segments:
        segments = draw.choices(SEGMENTS, k=draw.randrange(12))
    else:
        segments = [one for one in segments for _ in range(draw.choice([0, 0, 1, 1, 2]))]
        if shape == 2:
            draw.shuffle(segments)
    kind = draw.choice([f"ORU^R01^{name}", name.replace("_", "^"), ""])
    head = ["MSH", "^~\\&", "A", draw.choice(PARTS), "", "", "2024", "", kind, "1", "P", "2.5", *[""] * 5, charset]
    lines = [head] + [[segment, *draw.choices(PARTS, k=draw.randrange(18))] for segment in segments]
    text = draw.choice(LINE_ENDS).join("|".join(fields) for fields in lines) + draw.choice(["\r", "\r\n", "", "\x1c\r"])
    if (separators := draw.choice(SEPARATORS)) != "|^~\\&":
        own = dict(zip(map(ord, "|^~\\&"), separators[:5], strict=False))
        text = f"MSH{separators}" + text[8:].translate(own)
    return draw.choice(["", "", "\x0b", "\ufeff"]).encode() + text.encode(CODECS.get(charset, "utf-8"), "replace")


def damage(draw: random.Random, data: bytes) -> bytes:
    """The same with some bytes changed, put in, taken out or doubled."""
    for _ in range(draw.choice([0, 0, 1, 2, 5])):
        at = draw.randrange(len(data) + 1)
        end = min(len(data), at + draw.choice([0, 1, 1, 4, 40]))
        match draw.randrange(4):
            case 0:
                data = data[:at] + draw.choice(BYTES) + data[at:]
            case 1:
                data = data[:at] + draw.choice(BYTES) + data[end:]
            case 2:
                data = data[:at] + data[end:]
            case _:
                data = data[:end] + data[at:]
    return data


def check(data: bytes, reader: Hl7v2Reader, draw: random.Random) -> None:
    found = read(data, reader, batch_rows=draw.choice([7, 1000]))
    assert found.size == len(data) == found.accounted
    numbers = sorted([*found.numbers, *(number for number, _, _ in found.rejected)])
    assert numbers == [*range(1, found.framed + 1)]
    assert found.framed == found.counted
    assert len(found.trees) == len(found.numbers)
    for (offset, length), number, rows in zip(found.spans, found.numbers, found.trees, strict=True):
        record = reader.record(data[offset : offset + length])
        assert one_tree(record, reader) == rows
        assert [(code, field) for code, _, field in shortened(record.findings)] == [
            (code, field) for code, of_record, field in found.findings if of_record == number
        ]
    for _, code, kept in found.rejected:
        if code in UNREADABLE:
            assert [one.code for one in reader.record(kept).findings] == [code]


@pytest.mark.parametrize("lot", range(LOTS))
def test_files_with_damage(lot: int) -> None:
    draw = random.Random(lot)
    readers = [reader_of(limits=one) for one in (Limits(), Limits(record_bytes=400, message_bytes=1000))]
    left = MESSAGES // LOTS
    while left > 0:
        count = draw.choice([1, 2, 3, 20, 60])
        check(b"".join(damage(draw, message(draw)) for _ in range(count)), draw.choice(readers), draw)
        left -= count


class Drips:
    """A file that gives a few bytes at a time."""

    def __init__(self, data: bytes, draw: random.Random) -> None:
        self._data, self._draw, self._at = data, draw, 0

    def read(self, count: int) -> bytes:
        begin, self._at = self._at, self._at + self._draw.choice([1, 2, 3, 7, 50])
        return self._data[begin : self._at]

    def close(self) -> None:
        """Nothing to close."""


@pytest.mark.parametrize("seed", range(30))
def test_blocks_of_any_size_give_the_same(seed: int) -> None:
    draw = random.Random(seed)
    data = b"".join(damage(draw, message(draw)) for _ in range(6))
    whole = read(data)
    source = Input("a.hl7", lambda: Drips(data, draw))  # type: ignore[arg-type, return-value]
    found = list(reader_of().batches(source, EVERYTHING, batch_rows=1000))
    assert [number for batch in found for number in batch.numbers] == whole.numbers
    assert [length for batch in found for length in batch.lengths] == [length for _, length in whole.spans]
    last = found[-1]
    assert (last.framed, last.counted) == (whole.framed, whole.counted)
    assert (last.size, last.skipped) == (whole.size, whole.skipped)
