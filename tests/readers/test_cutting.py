"""Raw rows are the bytes at their places, whatever line ends stand between them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from interop.readers.delimited import DelimitedReader
from interop.readers.protocol import Projection
from interop.spec.layout import Column, DelimitedLayout, TableLayout

from .reading import source

LAYOUT = DelimitedLayout((TableLayout("row", (Column("A"), Column("B"))),))
READS = Projection({"row": ("A", "B")})
ROW = st.sampled_from(("1,2", ",", "é,ü", '"a\nb",c', '"a\r\nb",c', '"x",""'))
LINE_END = st.sampled_from(("\n", "\r\n", "\r", "\n\n", "\r\n\r\n"))


@given(st.lists(st.tuples(ROW, LINE_END), max_size=12), LINE_END, st.booleans())
def test_raw_rows_are_the_bytes_at_their_places(rows: list[tuple[str, str]], usual: str, mixed: bool) -> None:
    text = "A,B\n" + "".join(row + (line_end if mixed else usual) for row, line_end in rows)
    data = text.encode()
    framed = 0
    for batch in DelimitedReader(LAYOUT).framed(source(data), READS, batch_rows=5):
        assert batch.raw is not None
        framed += len(batch.raw) + len(batch.rejected)
        spans = zip(batch.offsets.to_list(), batch.lengths.to_list(), strict=True)
        assert list(batch.raw) == [data[offset : offset + length] for offset, length in spans]
    assert framed == len(rows)
