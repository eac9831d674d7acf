"""How much a run takes of the machine: how many workers, and how many records each has at a time.

Measured on mx/covid-linelist, which builds 13 resources and 10 KB of a record: the job's own process stays under
150 MB (200 MB where it shreds), a worker takes 60 MB and 12 MB for each thousand records of its batch. An HL7 v2
message of 2.7 KB that becomes 28 resources and 20 KB takes 30 KB.
"""

from __future__ import annotations

import os

from interop.immutable import immutable
from interop.job.options import MIB, Options
from interop.rust import is_there
from interop.spec.contexts import Layout
from interop.spec.hl7v2_layout import Hl7v2Layout


@immutable()
class Weight:
    """What converting takes.

    Units: `alone` and `worker` records a batch, `record` bytes of memory for each, `part` bytes of input a part. No
    batch reaches over the end of its part, so parts of messages are larger.
    """

    alone: int
    worker: int
    record: int
    part: int


ROWS = Weight(alone=10_000, worker=7_500, record=12 * 1024, part=4 * MIB)
"""Of 145 bytes a row, four batches a part: setting one out costs 25 ms."""
MESSAGES = Weight(alone=2_400, worker=2_400, record=30 * 1024, part=25 * MIB // 2)  # of 2.7 KB a message: two batches
RUST_ROWS = Weight(alone=6_000, worker=5_000, record=14 * 1024, part=4 * MIB)
RUST_MESSAGES = Weight(alone=1_200, worker=500, record=48 * 1024, part=25 * MIB // 2)
"""Where the executor in Rust is there: a batch costs a tenth before its first record, so batches may be small."""
FEWEST_ROWS = 500  # below that a batch is not worth its setting out
OWN = 200 * MIB
WORKER = 60 * MIB


def weight_of(layout: Layout) -> Weight:
    """What a record of this format weighs."""
    if isinstance(layout, Hl7v2Layout):
        return RUST_MESSAGES if is_there() else MESSAGES
    return RUST_ROWS if is_there() else ROWS


def shares(options: Options, weight: Weight, total_bytes: int, *, alone: bool) -> tuple[int, int]:
    """Worker processes (1: the job's own process converts) and records a batch.

    Args:
        options: What was asked for.
        weight: Of a record.
        total_bytes: Of the input.
        alone: There can be no workers: resources go to a stream, or the process may not fork.
    """
    count = options.workers or min(os.cpu_count() or 1, 1 + total_bytes // (options.part_bytes or weight.part))
    least = WORKER + FEWEST_ROWS * weight.record
    if options.memory is not None:
        count = max(1, min(count, (options.memory - OWN) // least))
    if alone:
        count = 1
    rows = weight.worker if count > 1 else weight.alone
    if options.memory is not None:
        room = (options.memory - OWN) // count - WORKER
        rows = max(FEWEST_ROWS, min(rows, room // weight.record))
    return count, options.batch_rows or rows
