"""Frames of messages in, frames out: one message a row, each by the row executor."""

from __future__ import annotations

from operator import itemgetter
from typing import Any

import polars as pl

from interop.engine.frames import FINDINGS, SCHEMA, finding_row
from interop.engine.record import RowExecutor
from interop.errors import UsageError
from interop.readers.protocol import Reader
from interop.readers.record_number import number_record

COLUMN = "message"


def convert_messages(executor: RowExecutor, reader: Reader, frame: Any, file: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The resources and the findings of a frame whose column `message` has one message a row, text or binary.

    Raises:
        UsageError: There is no such column, a row has none, or several messages.
    """
    rows = frame if isinstance(frame, pl.DataFrame) else pl.DataFrame(frame)
    if rows.schema.get(COLUMN) not in (pl.String, pl.Binary):
        raise UsageError("a frame of messages has a column `message`, of text or of bytes")
    made: list[tuple[int, str, str, str]] = []
    noted: list[tuple[int, str, str, str, str]] = []
    for number, message in enumerate(rows.get_column(COLUMN)):
        record = reader.record("" if message is None else message, file=file)
        number_record(record, number + 1)
        result = executor.convert(record)
        made += ((number, resource.type, resource.id, resource.text) for resource in result.resources)
        noted += (finding_row(finding) for finding in result.findings)
    noted.sort(key=itemgetter(0))
    return pl.DataFrame(made, schema=SCHEMA, orient="row"), pl.DataFrame(noted, schema=FINDINGS, orient="row")
