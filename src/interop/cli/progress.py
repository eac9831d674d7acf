"""A progress bar on a terminal's standard error; nothing in a pipe."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from interop.job.run import Progress


@contextmanager
def progress_bar() -> Iterator[Callable[[Progress], None]]:
    """A bar over the bytes of the input, with the records so far. Gone when the run ends."""
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn, TransferSpeedColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TransferSpeedColumn(),
        TextColumn("{task.fields[records]:,} records"),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=None, records=0)

        def update(progress: Progress) -> None:
            bar.update(
                task,
                description=progress.file,
                total=progress.total_bytes or None,
                completed=progress.done_bytes,
                records=progress.records,
            )

        yield update
