"""The executor and nothing else: a reader's batches to a file for each type, without the job around it.

No parts, no manifests, no quarantine, no ledger, no report, no counting twice: what is left is what a user of the
library would write in ten lines. The job is compared with it at equal workers; several bare ones take a file each.

Like the job, it lets go of what it wrote, and its processes have one thread each. Where it did not let go, the same run
took 6 to 21 s of system time for 9 GB, by what the run before it had left in the page cache.

    python -m benchmarks.bare MAPPING INPUT… OUT
"""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Iterable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import IO

from interop.engine.process import prepare_process, prepare_worker

BLOCK = 1 << 16


def convert(mapping: str, out: Path, threads: int | None, numbered: tuple[int, Path]) -> None:
    """Converts a file. The batches are those of the job."""
    import interop
    from interop.engine.bulk import bulk_executor
    from interop.engine.settled import Settled
    from interop.job.page_cache import LET_GO, let_go
    from interop.job.shares import weight_of
    from interop.readers import open_reader
    from interop.readers.protocol import Input, Projection

    if threads is not None:
        prepare_worker()
    number, path = numbered
    loaded = interop.load(mapping)
    executor = bulk_executor(loaded.plan, threads=threads)
    reader = open_reader(loaded.package.layout)
    weight = weight_of(loaded.package.layout)
    rows = weight.alone if threads is None else weight.worker
    with ExitStack() as stack:
        files: dict[str, IO[bytes]] = {}

        def take(kind: str, settled: Settled) -> None:
            if kind not in files:
                files[kind] = stack.enter_context((out / f"{kind}-{number}.ndjson").open("wb", buffering=BLOCK))
            start = files[kind].tell()
            files[kind].writelines(settled.lines())
            if files[kind].tell() // LET_GO > start // LET_GO:
                let_go([files[kind]])

        source = Input(path.name, partial(path.open, "rb"))
        for batch in reader.batches(source, Projection(loaded.plan.reads), batch_rows=rows):
            executor.convert(batch, take)


def main(mapping: str, inputs: Iterable[Path], out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    prepare_process()
    numbered = list(enumerate(inputs, 1))
    if len(numbered) == 1:
        convert(mapping, out, None, numbered[0])
        return
    with multiprocessing.get_context("spawn").Pool(len(numbered)) as pool:
        pool.map(partial(convert, mapping, out, 1), numbered)


if __name__ == "__main__":
    main(sys.argv[1], [Path(name) for name in sys.argv[2:-1]], Path(sys.argv[-1]))
