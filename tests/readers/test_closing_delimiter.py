"""The quirk closing-delimiter: some exports end each field with the delimiter, the last too. Off unless declared."""

from __future__ import annotations

import pytest

from tests.readers.reading import layout, read

CLOSING = layout(quirks=("closing-delimiter",))


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    "rows", [["1|2|3|", "4|5||"], ["1|2|3", "4|5||"], ["1|2|3|", "4|5|"]], ids=["all", "last", "first"]
)
def test_closing_delimiter_is_no_field(rows: list[str], end: str) -> None:
    found = read(end.join(["A|B|C", *rows, ""]).encode(), CLOSING)
    assert found.rows == [("1", "2", "3"), ("4", "5", None)]
    assert found.rejected == []
    assert found.framed == found.counted == 2


def test_closing_delimiter_after_quotes() -> None:
    found = read(b'A|B|C\n1|2|"x\ny"|\n4|5|"z"|\n', CLOSING)
    assert found.rows == [("1", "2", "x\ny"), ("4", "5", "z")]
    assert found.framed == found.counted == 2


def test_a_further_field_is_refused() -> None:
    assert read(b"A|B|C\n1|2|3|4\n1|2|3||\n", CLOSING).codes == [(1, "R502"), (2, "R502")]


def test_off_unless_declared() -> None:
    assert read(b"A|B|C\n1|2|3|\n1|2|3\n").codes == [(1, "R502")]
