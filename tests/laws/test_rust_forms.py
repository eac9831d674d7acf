"""What Rust makes of leaves and tests by itself is what the scalar functions make of them, on the worst of texts."""

from __future__ import annotations

import io
import threading
from collections.abc import Sequence
from itertools import zip_longest
from unittest.mock import patch

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.engine.by_rows import convert_rows
from interop.engine.record import RowExecutor
from interop.engine.rust import RustExecutor
from interop.errors import Place
from interop.plan import model as plan
from interop.plan.later import Later
from interop.plan.numbering import Located
from interop.plan.text_tests import Equals, Matching, OneOf
from interop.readers.hl7v2 import count
from interop.readers.hl7v2.count import MessageCounter
from interop.rust import is_there, lines
from interop.values.ids import namespace
from interop.values.numbers import decimal
from interop.values.patterns import compile_pattern

from .batches import batch, records
from .grounds import LAYOUT
from .profile import law
from .test_executors_agree import shape
from .test_native_forms import MOMENTS, PATTERNS, STEPS, TESTED, TEXTS, leaf

pytestmark = pytest.mark.skipif(not is_there(), reason="interop was installed without its part in Rust")

HERE = Place("", 1, 1)
A, KEY = plan.Column("claim", "A", 0), plan.Column("claim", "KEY", 0)
KINDS = ("string", "markdown", "code", "uri", "url", "canonical", "id", "date", "dateTime", "instant")


def planned(nodes: Sequence[plan.Node]) -> plan.Plan:
    """A plan of one rule whose members are these."""
    members = tuple(plan.Member(f"m{number}", node) for number, node in enumerate(nodes))
    node = plan.Object(members=members, required=(), order=0, target="", place=HERE, reads=False)
    body = plan.Body(node=node, lists=(), located={})
    rule = plan.Rule(
        number=0,
        name="rule",
        resource="Basic",
        context="claim",
        root="claim",
        when=None,
        key=(KEY,),
        id=None,
        id_check=None,
        unique=False,
        merge=None,
        order=0,
        place=HERE,
        located={0: Located("", HERE)},
        built=Later(lambda: body, threading.RLock()),
    )
    return plan.Plan(
        mapping="x/y",
        version="1",
        hash="",
        namespace=namespace("x/y"),
        base="",
        contexts={"claim": plan.Context(name="claim", parent=None, root="claim", depth=0)},
        rules=(rule,),
        reads={"claim": ("KEY", "A", "B")},
    )


def agree(compiled: plan.Plan, texts: Sequence[str | None], others: Sequence[str | None] = ()) -> None:
    pairs = zip_longest(texts, others)
    rows = [
        {"KEY": str(n), **{name: text for name, text in zip("AB", pair, strict=True) if text}}
        for n, pair in enumerate(pairs)
    ]
    found = list(records(LAYOUT, rows))
    if not found:
        return
    ours, theirs = RustExecutor(compiled).convert(batch(compiled, found)), convert_rows(RowExecutor(compiled), found)
    assert shape(ours) == shape(theirs)


LEAVES = planned([leaf(kind, A) for kind in KINDS])
MADE = planned(
    [leaf(kind, plan.Stepped(A, name, (), step, 0, HERE)) for name, step in sorted(STEPS.items()) for kind in KINDS]
)


@given(TEXTS)
@law(400)
def test_texts(texts: list[str]) -> None:
    agree(LEAVES, [*texts, None])


@pytest.mark.parametrize("text", ["x" * 100_001, "a" * 100_000, "é" * 50_001, "\U0010ffff", "\x7f", "\x80"])
def test_long_and_odd_texts(text: str) -> None:
    agree(LEAVES, ["plain", text])


@given(st.lists(st.one_of(MOMENTS.filter(bool), st.text(min_size=1, max_size=3)), max_size=8))
@law(300)
def test_moments(texts: list[str]) -> None:
    agree(MADE, texts)


NUMBERS = st.from_regex(r"[-+]?[0-9]{0,3}([.][0-9]{0,3})?([eE][-+]?[0-9]{0,2})?", fullmatch=True)
ODD_NUMBERS = (
    "9" * 20,
    "9" * 21,
    "-" + "9" * 64,
    "9" * 65,
    "1_0",
    "٣",
    "1.٣",
    "1,5",
    " 1",
    "NaN",
    "-",
    "-.5",
    "0.0",
    "-0",
)
B = plan.Column("claim", "B", 0)


def in_turn(step: str) -> plan.Value:
    """A choice of a step of A, or B as it is."""
    return plan.Choice((plan.Stepped(A, step, (), STEPS[step], 0, HERE), B))


NUMERIC = planned(
    [
        leaf("decimal", value, json="number")
        for value in (A, plan.Stepped(A, "decimal", (), decimal, 0, HERE), plan.Choice((A, plan.Constant("1"))))
    ]
)
CHOSEN = planned([leaf(kind, in_turn(name)) for name in sorted(STEPS) for kind in KINDS])


@given(st.lists(NUMBERS.filter(bool) | st.sampled_from(ODD_NUMBERS), max_size=8))
@law(300)
def test_decimals(texts: list[str]) -> None:
    agree(NUMERIC, texts)


@given(st.lists(st.tuples(MOMENTS | st.none(), MOMENTS | st.none()), max_size=6))
@law(300)
def test_the_first_text_that_is_there_decides(texts: list[tuple[str | None, str | None]]) -> None:
    agree(CHOSEN, [one for one, _ in texts], [other for _, other in texts])


@given(PATTERNS, st.lists(TESTED, max_size=12), st.frozensets(TESTED, max_size=4))
@law(300)
def test_tests(pattern: str, texts: list[str], known: frozenset[str]) -> None:
    tests = [Equals(text) for text in texts[:1]] + [OneOf(known)]
    if compile_pattern(pattern) is not None:
        tests.append(Matching(pattern))
    yes = plan.Json('"yes"')
    agree(planned([plan.Guard(plan.Test(A, holds, ""), yes) for holds in tests]), texts)


BITS = [b"MSH", b"FHS", b"BTS", b"BHS|", b"FHT", b"MS", b"H", b"PID|", b"x", b"\r", b"\n", b"\x0b", b"\x1c"]


@given(st.lists(st.lists(st.sampled_from([*BITS, b"\xef\xbb\xbf", b" "]), max_size=30).map(b"".join), max_size=6))
@law(300)
def test_count(blocks: list[bytes]) -> None:
    """Whatever the blocks that a file comes in."""
    ours, theirs = MessageCounter(), MessageCounter()
    with patch.object(count, "is_there", lambda: False):
        for block in blocks:
            theirs.feed(block)
        theirs.finish()
    for block in blocks:
        ours.feed(block)
    ours.finish()
    assert ours.count == theirs.count


@given(st.lists(st.text(max_size=20), max_size=30), st.integers(1, 50))
@law(200)
def test_lines(texts: list[str], block: int) -> None:
    frame = pl.DataFrame({"text": pl.Series(texts, dtype=pl.String)})
    blocks = list(lines(frame, block))
    assert b"".join(blocks) == "".join(text + "\n" for text in texts).encode()
    assert all(len(one) >= block for one in blocks[:-1])


def test_threads_do_not_mix() -> None:
    executor, rows = RustExecutor(MADE), RowExecutor(MADE)
    wrong = io.StringIO()

    def convert(first: int) -> None:
        for turn in range(20):
            texts = [f"2024{turn + 1:02}{day:02}" for day in range(first, first + 9)]
            found = list(records(LAYOUT, [{"KEY": str(n), "A": text} for n, text in enumerate(texts)]))
            if shape(executor.convert(batch(MADE, found))) != shape(convert_rows(rows, found)):
                wrong.write("x")

    threads = [threading.Thread(target=convert, args=(first,)) for first in (1, 10, 20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    assert not wrong.getvalue()
