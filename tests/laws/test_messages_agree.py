"""Law of sameness, of HL7 v2 messages: by columns, by rows and one at a time the same bytes and the same findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import cache
from io import BytesIO
from operator import itemgetter
from typing import Any
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from interop.engine.alone import convert_alone
from interop.engine.by_rows import convert_rows
from interop.engine.columns import ColumnResult
from interop.engine.columns.view import Source
from interop.engine.record import RowExecutor
from interop.errors import Finding
from interop.plan.model import Plan
from interop.readers.hl7v2 import Hl7v2Reader
from interop.readers.protocol import Batch, Input, Projection
from interop.readers.record_number import number_record
from interop.readers.rows import rows_of
from interop.rust import is_there
from interop.spec.hl7v2_layout import Hl7v2Layout

from .grounds import MESSAGE_LAYOUT, MESSAGES
from .messages import Sender, fields_by_segment, files
from .profile import law
from .rules import Made, plans
from .silence import load
from .test_executors_agree import bulk_executors, shape
from .vocabulary import Vocabulary, asked_by

FILE = "a.hl7"
SHIPPED = "intl/hl7v2"
Told = tuple[list[tuple[int, str]], list[tuple[str, str, str]], bool]  # resources by rule; findings; failed


class Ways:
    """A plan, and the ways to convert a message by it."""

    def __init__(self, plan: Plan, reader: Hl7v2Reader) -> None:
        self.plan, self.reader = plan, reader
        self.in_bulk, self.rows = bulk_executors(plan), RowExecutor(plan)
        self.alone = 0  # messages that were one batch each

    def batches(self, data: bytes, size: int) -> Iterator[Batch]:
        return self.reader.batches(Input(FILE, lambda: BytesIO(data)), Projection(self.plan.reads), batch_rows=size)

    def agree(self, sent: Sequence[bytes], size: int) -> None:
        """Fails unless all ways give the same of these messages, in batches of this many."""
        data = b"".join(sent)
        for batch in self.batches(data, size):
            records = [replace(record, findings=()) for record in rows_of(batch, self.reader)]
            by_rows = convert_rows(self.rows, records)
            for executor in self.in_bulk:
                for ours, theirs in zip(shape(executor.convert(batch)), shape(by_rows), strict=True):
                    assert ours == theirs
            if len(records) == len(batch.numbers):  # the plan reads something
                self._agree_one_by_one(data, batch, by_rows)

    def _agree_one_by_one(self, data: bytes, batch: Batch, expected: ColumnResult) -> None:
        told = told_of(expected, batch.numbers.to_list())
        for number, offset, length in zip(batch.numbers, batch.offsets, batch.lengths, strict=True):
            record = self.reader.record(data[offset : offset + length], file=FILE)
            number_record(record, number)
            done = self.rows.convert(replace(record, findings=()))
            resources = sorted(((one.rule, one.text) for one in done.resources), key=itemgetter(0))
            assert (resources, list(map(said, done.findings)), done.failed) == told[number]
            self._agree_alone(data[offset : offset + length], number)

    def _agree_alone(self, message: bytes, number: int) -> None:
        """As bytes and as text; what is no text of UTF-8 is another message as text, the same either way."""
        for sent in (message, message.decode("utf-8", "surrogateescape")):
            record = self.reader.record(sent, file=FILE)
            number_record(record, number)
            done = self.rows.convert(record)
            batch = self.reader.alone(Projection(self.plan.reads), sent, file=FILE, number=number)
            if batch is None:
                continue
            self.alone += 1
            for executor in self.in_bulk:
                resources = sorted(done.resources, key=lambda one: one.rule)
                expected = done.findings, done.failed, tuple(one.text for one in resources)
                assert convert_alone(executor, batch) == expected


def said(finding: Finding) -> tuple[str, str, str]:
    """A finding without the place of its record in a file."""
    return finding.code, finding.data.field if finding.data else "", finding.target


def told_of(result: ColumnResult, numbers: list[int]) -> dict[int, Told]:
    """A result by the record's number."""
    told: dict[int, Told] = {number: ([], [], False) for number in numbers}
    for rule, frame in result.rules():
        for at, text in frame.select("record", "text").iter_rows():
            told[numbers[at]][0].append((rule, text))
    for finding in result.findings:
        assert finding.data is not None
        told[finding.data.record][1].append(said(finding))
    for at, findings in result.failed:
        told[numbers[at]] = ([], list(map(said, findings)), True)
    return told


@dataclass(frozen=True)
class Case:
    """A plan, and messages for it."""

    made: Made
    sent: Sequence[bytes]


ASKED = ("1", "2", "3", "x", "20240229", "20240501T1030", "final", "1.10")
READ = {(path.parts[0].partition("[")[0]) for paths in MESSAGES.paths.values() for path in paths}
SENDER = Sender(
    MESSAGE_LAYOUT,
    Vocabulary({(field, number): ASKED for field in READ for number in (1, 2, 4)}),
    fields_by_segment(READ),
)


@st.composite
def cases(draw: Any) -> Case:
    return Case(draw(plans(MESSAGES)), draw(files(SENDER, 1, 4)))


@given(cases(), st.sampled_from([1, 3, 1000]), st.sampled_from([False, False, True]))
@law(100)
def test_small_mappings(case: Case, size: int, wide: bool) -> None:
    """By columns of few distinct values, and where every value is another: those take native forms if there are any."""
    ways = Ways(case.made.plan, Hl7v2Reader(MESSAGE_LAYOUT))
    with patch.object(Source, "many", lambda *_: True) if wide else nullcontext():
        ways.agree(case.sent, size)


@cache
def shipped() -> tuple[Ways, Sender]:
    package, plan = load(SHIPPED).package, load(SHIPPED).plan
    assert isinstance(package.layout, Hl7v2Layout)
    read = {name.partition("[")[0].partition(".")[0] for columns in plan.reads.values() for name in columns}
    sender = Sender(package.layout, asked_by(package.rules, package.maps), fields_by_segment(read))
    return Ways(plan, Hl7v2Reader(package.layout)), sender


def test_shipped_mapping() -> None:
    ways, sender = shipped()

    @given(files(sender, 5, 12), st.sampled_from([1000] * 7 + [3]))
    @law(12)
    def holds(sent: Sequence[bytes], size: int) -> None:
        ways.agree(sent, size)

    holds()
    assert ways.alone or not is_there()


def test_messages_are_worth_it() -> None:
    """The laws above would hold of messages that nobody can read, and of mappings that make nothing of them."""
    ways, sender = shipped()
    seen: Counter[str] = Counter()

    @given(files(sender, 5, 12))
    @law(8)
    def count(sent: Sequence[bytes]) -> None:
        for batch in ways.batches(b"".join(sent), 1000):
            seen["read"] += len(batch.numbers)
            seen["rejected"] += len(batch.rejected)
            done = convert_rows(ways.rows, rows_of(batch, ways.reader))
            seen["failed"] += len(done.failed)
            seen.update(ways.plan.rules[rule].resource for rule, frame in done.rules() for _ in range(frame.height))
            seen.update({finding.code for finding in (*batch.findings, *done.findings)})

    count()
    assert seen["read"] > 8 * seen["rejected"] > 0
    assert seen["read"] > 3 * seen["failed"]
    assert {"R610", "R611", "R612", "R613", "V212"} <= seen.keys()
    assert {"Patient", "Observation", "ServiceRequest", "Encounter", "Practitioner", "Location"} <= seen.keys()
