"""What a batch shares between its messages, and the pieces in which it is read, are seen in no value."""

from __future__ import annotations

import random

import pytest

from interop.readers.hl7v2 import cells, fields, shredding, splitting
from interop.readers.protocol import Projection
from tests.readers.hl7v2.reading import batches, one_tree, read, reader_of
from tests.readers.hl7v2.test_fuzz import message

USUAL = "MSH|^~\\&|A||||||ADT^A01^ADT_A01"


@pytest.mark.parametrize(
    "place",
    [(splitting, "_LONG"), (fields, "_LINES"), (cells, "_PIECE"), (shredding, "_AT_ONCE")],
    ids=lambda at: at[1],
)
def test_pieces_are_not_seen(place: tuple[object, str], monkeypatch: pytest.MonkeyPatch) -> None:
    draw = random.Random(7)
    data = b"\r".join(message(draw) for _ in range(200))
    whole = read(data)
    monkeypatch.setattr(*place, 3)
    assert read(data) == whole


def test_the_same_text_of_two_senders_is_two() -> None:
    pid = "\rPID|||\\XE9\\!~x"
    sent = [
        USUAL + "|" * 9 + "8859/1" + pid,
        USUAL + "|" * 9 + "8859/5" + pid,
        USUAL + "|" * 9 + "UNICODE UTF-8" + pid,
        USUAL.replace("|", ";").replace("^~", "~^", 1) + pid.replace("|", ";").replace("~", "^"),
    ]
    projection = Projection({"patient": ("PID-3", "PID-3.*")})
    reader = reader_of()
    (batch,) = batches("\r".join(sent).encode(), reader, projection)
    found = batch.tables["patient"].frame.get_column("PID-3").to_list()
    assert found == ["é!", "щ!", "\\XE9\\!", "\\XE9\\!"]
    trees = [one_tree(reader.record(one.encode()), reader, projection) for one in sent]
    assert [tree[">patient"][0]["PID-3"] for tree in trees] == found


def test_bytes_that_are_no_text_cost_their_message_only() -> None:
    good = (USUAL + "\rPID|1||é").encode()
    found = read(b"\r".join([good, good.replace(b"\xc3", b""), good, good + b"\0"]))
    assert found.numbers == [1, 3]
    assert [(number, code) for number, code, _ in found.rejected] == [(2, "R604"), (4, "R605")]


def test_numbers_of_any_size_are_read() -> None:
    names = ("PID-3[1000000000]", "PID-3[3].1000000000", "PID-3[3].2.7", "PID-3[2]")
    (batch,) = batches((USUAL + "\rPID|||a~b~c^1&2&3&4&5&6&7&8").encode(), reader_of(), Projection({"patient": names}))
    assert batch.tables["patient"].frame.rows() == [(None, None, "7", "b")]
