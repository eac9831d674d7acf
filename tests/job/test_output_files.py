"""Lines that are written and taken out again: the file is as if they had never been there."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import patch

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from interop.job import output_files
from interop.job.output_files import OutputFiles

TEXTS = st.lists(st.tuples(st.text(alphabet="aß漢\U0001f600", max_size=6), st.booleans()), min_size=1, max_size=12)


def blocks_of(lines: list[tuple[str, bool]]) -> list[bytes]:
    return [text.encode() + b"\n" for text, _ in lines]


def whole(lines: list[tuple[str, bool]]) -> bytes:
    return b"".join(text.encode() + b"\n" for text, gone in lines if not gone)


@given(before=TEXTS, lines=TEXTS, after=TEXTS, block=st.integers(1, 40))
def test_cut(tmp_path_factory, before, lines, after, block) -> None:
    folder = tmp_path_factory.mktemp("cut")
    files = OutputFiles(folder, {})
    files.write("Patient", blocks_of(before))
    written = files.write("Patient", blocks_of(lines))
    with patch.object(output_files, "BLOCK", block):
        lengths = pl.Series(map(len, blocks_of(lines)), dtype=pl.UInt32)
        lost = files.cut(written, lengths, pl.Series([gone for _, gone in lines]))
    assert lost == sum(len(text.encode()) + 1 for text, gone in lines if gone)
    files.write("Patient", blocks_of(after))
    files.close()
    kept = [(text, False) for text, _ in (*before, *after)]
    assert (folder / "Patient.ndjson").read_bytes() == (
        whole(kept[: len(before)]) + whole(lines) + whole(kept[len(before) :])
    )


def test_no_file_without_a_line(tmp_path: Path) -> None:
    files = OutputFiles(tmp_path, {})
    written = files.write("Patient", [b"a\n", b"b\n"])
    files.cut(written, pl.Series([2, 2], dtype=pl.UInt32), pl.Series([True, True]))
    assert files.kinds == ()
    assert files.sizes == {}
    assert not list(tmp_path.iterdir())


def test_truncate(tmp_path: Path) -> None:
    files = OutputFiles(tmp_path, {})
    files.write("Patient", [b"a\n"])
    files.truncate(files.write("Patient", [b"b\n"]))
    files.truncate(files.write("Observation", [b"c\n"]))
    assert files.sizes == {"Patient": 2}
    files.close()
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"a\n"]


def test_files_go_on_from_where_another_process_left_them(tmp_path: Path) -> None:
    (tmp_path / "Patient.ndjson").write_bytes(b"a\nb\nhal")
    files = OutputFiles(tmp_path, {"Patient": 4})
    written = files.write("Patient", [b"c\n", b"d\n"])
    files.cut(written, pl.Series([2, 2], dtype=pl.UInt32), pl.Series([True, False]))
    files.close()
    assert (tmp_path / "Patient.ndjson").read_bytes() == b"a\nb\nd\n"
