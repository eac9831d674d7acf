"""One record through the executor of batches: what it gives of a batch of one."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from operator import itemgetter
from typing import Any

from interop.engine.columns import BulkExecutor
from interop.errors import Finding
from interop.readers.protocol import Batch


def convert_alone(executor: BulkExecutor[Any], batch: Batch) -> tuple[tuple[Finding, ...], bool, tuple[str, ...]]:
    """The findings of a record, whether it failed, and its resources as texts in the order of the rules.

    As `RowExecutor.convert` gives them, for a record that could be read as a whole.

    Args:
        executor: The plan.
        batch: One with a single record; its findings are the record's.
    """
    result = executor.convert(batch)
    findings: Iterator[Finding] = chain(batch.findings, result.findings, *(found for _, found in result.failed))
    if result.failed:
        return tuple(findings), True, ()
    texts = chain.from_iterable(settled.texts() for settled in result.settled)
    return tuple(findings), False, tuple(text for _, text in sorted(texts, key=itemgetter(0)))
