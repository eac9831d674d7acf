"""Whatever the bytes and however they are cut, the fast way reads what the exact way reads, and no byte is lost.

So do framing and shredding apart.
"""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from interop.limits import Limits
from interop.spec.layout import DelimitedLayout, TableLayout
from tests.readers.reading import Read, columns, exact_only, layout, read

PLAIN = ["", "", "a", "12", " b", "c ", "\t", "é", "x y", "\ufeff", "\0", "\r"]
QUOTED = ['""', '"q"', '"a|b"', '" s "', '"d""e"', '"m\nn"', '"m\r\nn|"', 'i"j', '"', '"open', '"x"y', ' "z"', '"z" ']
FIELDS = st.sampled_from(PLAIN + QUOTED)
ENDS = st.sampled_from(["\n", "\n", "\n", "\r\n", "\r", "\n\n", ""])


@st.composite
def lines(draw: st.DrawFn) -> bytes:
    fields = draw(
        st.lists(FIELDS, min_size=draw(st.sampled_from([3, 3, 3, 1, 2])), max_size=3 + draw(st.integers(0, 1)))
    )
    line = ("|".join(fields) + draw(ENDS)).encode()
    return line.replace(b"12", b"1\xff2") if draw(st.integers(0, 30)) == 0 else line


FILES = st.lists(lines(), max_size=12).map(b"".join) | st.text('ab1|"\n\r \t\0é', max_size=60).map(str.encode)
TIGHT = {"quoted_lines": 3, "quoted_bytes": 24, "record_bytes": 40}


def assert_same(one: Read, other: Read) -> None:
    for name in ("rows", "numbers", "spans", "rejected", "framed", "counted", "size", "skipped", "findings"):
        assert getattr(one, name) == getattr(other, name), name


def check(data: bytes, source_layout: DelimitedLayout, limits: dict[str, int], chunk: int) -> None:
    with exact_only():
        exact = read(data, source_layout, limits=Limits(**limits))
    assert_same(read(data, source_layout, limits=Limits(**limits)), exact)
    assert_same(read(data, source_layout, limits=Limits(**limits, chunk_bytes=chunk), batch_rows=chunk), exact)
    for rows in (1, chunk, 1000):
        cut = Limits(**limits, chunk_bytes=chunk)
        assert_same(read(data, source_layout, limits=cut, batch_rows=rows, apart=True), exact)
    assert exact.size == len(data) == exact.accounted
    assert exact.framed == exact.counted == len(exact.numbers) + len(exact.rejected)
    for (offset, length), row in zip(exact.spans, exact.rows, strict=True):
        text = data[offset : offset + length].decode()
        assert all(value in text or value in text.replace('""', '"') for value in row if value is not None)
    for number, offset, held, length, _ in exact.rejected:
        assert number
        assert data[offset : offset + length].startswith(held)
        assert length == len(held) or len(held) == limits["record_bytes"]


@settings(max_examples=250, deadline=None)
@given(FILES, st.integers(1, 64), st.booleans(), st.sampled_from([{}, {}, TIGHT]), st.sampled_from(["", "A|B|C\n"]))
def test_any_bytes(data: bytes, chunk: int, trim: bool, limits: dict[str, int], header: str) -> None:
    check(header.encode() + data, layout(trim=trim, header=bool(header)), limits, chunk)


@settings(max_examples=60, deadline=None)
@given(FILES, st.integers(1, 64), st.sampled_from(["A", "A B"]))
def test_few_columns(data: bytes, chunk: int, names: str) -> None:
    check(data, layout(names, header=False), {}, chunk)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(["cp874", "cp1252", "cp932", "gb18030", "big5", "euc_jp", "euc_kr", "gb2312"]), st.data())
def test_charsets(charset: str, draws: st.DataObject) -> None:
    characters = st.characters(codec=charset, exclude_characters='|"\r\n\0 \t¢£¬‖−〜¥‾\u3164')
    fields = draws.draw(st.lists(st.tuples(*[st.text(characters, min_size=1, max_size=4)] * 3), min_size=1, max_size=5))
    text = "A|B|C\n" + "".join("|".join(row) + "\n" for row in fields)
    data = text.encode(charset)
    for chunk in (1, 4096):
        found = read(data, layout(charset=charset), limits=Limits(chunk_bytes=chunk))
        assert_same(read(data, layout(charset=charset), limits=Limits(chunk_bytes=chunk), apart=True), found)
        assert found.rows == fields
        assert [data[at : at + size].decode(charset) for at, size in found.spans] == text.split("\n")[1:-1]


@settings(max_examples=60, deadline=None)
@given(FILES, st.integers(1, 64), st.booleans())
def test_closing_delimiters(data: bytes, chunk: int, trim: bool) -> None:
    check(data, layout(trim=trim, header=False, quirks=("closing-delimiter",)), {}, chunk)


@settings(max_examples=60, deadline=None)
@given(FILES, st.integers(1, 64))
def test_quotes_are_data(data: bytes, chunk: int) -> None:
    check(data, layout(quote=None, header=False), {}, chunk)


@settings(max_examples=120, deadline=None)
@given(FILES, st.integers(1, 64))
@example(b'12||a\n1\xff|1\xff|"open\n||a|"a|b"|"open\na|1\xff|"open|"open\n12|', 1)  # too large, bad rows inside
def test_records_of_several_rows(data: bytes, chunk: int) -> None:
    table = TableLayout("row", columns("A B C"), record=("A",))
    source_layout = DelimitedLayout((table,), delimiter="|", header=False)
    limits = {"group_rows": 3, "record_bytes": 60}
    whole = read(data, source_layout, limits=Limits(**limits))
    cut = read(data, source_layout, limits=Limits(**limits, chunk_bytes=chunk), batch_rows=1 + chunk // 8)
    assert_same(cut, whole)
    assert_same(read(data, source_layout, limits=Limits(**limits), apart=True), whole)
    assert whole.framed == whole.counted == len(whole.numbers) + len(whole.rejected)
    assert whole.size == len(data) == whole.accounted
    assert sorted(whole.numbers + [number for number, *_ in whole.rejected]) == list(range(1, whole.framed + 1))
    for _, offset, held, length, _ in whole.rejected:
        assert data[offset : offset + length].startswith(held)
