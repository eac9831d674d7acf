"""Compressed inputs, whole and damaged, and the cutting of streams into lines."""

from __future__ import annotations

import gzip

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from interop.limits import Limits
from interop.readers.delimited.pieces import Piece, cut_pieces
from interop.readers.streams import DamagedError, open_blocks
from tests.readers.reading import read, source

DATA = b"A|B|C\n" + b"".join(b"%d|%d|x\n" % (row, row * row) for row in range(5000))


def zstd(data: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(data)


@pytest.mark.parametrize(
    ("name", "packed"),
    [
        ("a.csv", DATA),
        ("a.csv.gz", gzip.compress(DATA)),
        ("a.CSV.GZ", gzip.compress(DATA[:777]) + gzip.compress(DATA[777:])),
        ("a.csv.gz", gzip.compress(DATA) + b"\0" * 512),
        ("a.csv.gz", gzip.compress(b"") + gzip.compress(DATA)),
        ("a.csv.zst", zstd(DATA)),
        ("a.csv.zst", zstd(DATA[:9]) + zstd(DATA[9:])),
        ("a.csv.zst", zstd(b"") + b"\x50\x2a\x4d\x18\x04\0\0\0skip" + zstd(DATA)),
    ],
)
def test_whole(name: str, packed: bytes) -> None:
    found = read(packed, name=name)
    assert (found.framed, found.counted, found.size) == (5000, 5000, len(DATA))
    assert found.rejected == []
    assert found.rows[-1] == ("4999", str(4999 * 4999), "x")


@pytest.mark.parametrize("cut", [1, 9, 200, -1, -9], ids=str)
@pytest.mark.parametrize("suffix", ["gz", "zst"])
def test_cut_off(suffix: str, cut: int) -> None:
    packed = (gzip.compress(DATA) if suffix == "gz" else zstd(DATA))[:cut]
    found = read(packed, name=f"a.csv.{suffix}")
    assert found.rejected[-1] == (0, found.size, b"", 0, ("R210",))
    assert found.framed == found.counted == len(found.rows) + len(found.rejected) - 1
    assert found.size == found.accounted
    assert found.rows == read(DATA).rows[: len(found.rows)]
    assert {codes for number, _, _, _, codes in found.rejected if number} <= {("R513",)}


def test_a_line_that_was_cut_off_is_no_row() -> None:
    member = gzip.compress(DATA[:-3])
    found = read(member + b"\x1f\x8b", name="a.csv.gz")
    assert found.codes == [(5000, "R513"), (0, "R210")]
    assert found.rejected[0][2] == b"4999|24990001"


@pytest.mark.parametrize("packed", [b"", b"A|B|C\n1|2|3\n", gzip.compress(DATA)[:-4] + b"1234"])
def test_not_what_the_name_says(packed: bytes) -> None:
    found = read(packed, name="a.csv.gz")
    assert found.codes[-1] == (0, "R210")
    with pytest.raises(DamagedError):
        list(open_blocks(source(packed, "a.gz")))


def test_rubbish_behind_a_member_is_damage() -> None:
    found = read(gzip.compress(DATA) + b"rubbish", name="a.csv.gz")
    assert found.codes == [(0, "R210")]
    assert len(found.rows) == 5000


def pieces(data: bytes, block: int, limits: Limits) -> list[Piece]:
    return list(cut_pieces((data[at : at + block] for at in range(0, len(data), block)), limits))


@given(
    st.lists(st.sampled_from([b"a", b"bcd", b"\n", b"\r", b"\r\n"])).map(b"".join), st.integers(1, 9), st.integers(1, 9)
)
def test_pieces_are_whole_lines_and_nothing_is_lost(data: bytes, block: int, chunk: int) -> None:
    found = pieces(data, block, Limits(chunk_bytes=chunk))
    assert b"".join(piece.raw for piece in found) == data
    assert [piece.last for piece in found] == [False] * (len(found) - 1) + [True]
    offset = 0
    for piece in found:
        assert piece.offset == offset
        offset += piece.size
        following = data[offset : offset + 1]
        assert piece.last or (
            piece.raw.endswith((b"\n", b"\r")) and not (piece.raw.endswith(b"\r") and following == b"\n")
        )


@given(st.lists(st.sampled_from([b"abcdefgh", b"bc", b"\n", b"\r", b"\r\n"])).map(b"".join), st.integers(1, 9))
def test_long_lines_are_let_go_but_measured(data: bytes, block: int) -> None:
    found = pieces(data, block, Limits(chunk_bytes=1, record_bytes=5))
    assert sum(piece.size for piece in found) == len(data)
    for piece in found:
        if piece.over:
            line = data[piece.offset : piece.offset + piece.over]
            assert piece.over > 5
            assert (piece.raw, b"\n" in line, b"\r" in line) == (line[:5], False, False)
