"""How much a run takes of the machine: how many workers, and how many records each has at a time.

Measured on mx/covid-linelist, which builds 13 resources and 10 KB of a record: the job's own process stays under
200 MB, a worker takes 60 MB and 12 MB for each thousand records of its batch.
"""

from __future__ import annotations

import os

from interop.job.options import MIB, Options

ALONE_ROWS = 10_000
WORKER_ROWS = 8_000
FEWEST_ROWS = 500  # below that a batch is not worth its setting out
OWN = 200 * MIB
WORKER = 60 * MIB
RECORD = 12 * 1024


def shares(options: Options, total_bytes: int, *, alone: bool) -> tuple[int, int]:
    """Worker processes (1: the job's own process converts) and records a batch.

    Args:
        options: What was asked for.
        total_bytes: Of the input.
        alone: There can be no workers: resources go to a stream, or the process may not fork.
    """
    count = options.workers or min(os.cpu_count() or 1, 1 + total_bytes // options.part_bytes)
    least = WORKER + FEWEST_ROWS * RECORD
    if options.memory is not None:
        count = max(1, min(count, (options.memory - OWN) // least))
    if alone:
        count = 1
    rows = WORKER_ROWS if count > 1 else ALONE_ROWS
    if options.memory is not None:
        room = (options.memory - OWN) // count - WORKER
        rows = max(FEWEST_ROWS, min(rows, room // RECORD))
    return count, options.batch_rows or rows
