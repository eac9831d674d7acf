"""Parts to a converter, and back in order. Here it is this process; see `workers` for several."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Protocol, TypeAlias

from polars.exceptions import PanicException

from interop.job.conversion import Converter, Done
from interop.job.mend import mend_entry
from interop.job.outputs import FolderOutput, NoOutput, StreamOutput
from interop.job.parts import Entry, Part
from interop.job.selection import unsaid
from interop.plan.model import Context
from interop.readers.protocol import Batch

Seen: TypeAlias = Callable[[Entry, Done], None]


@dataclass(slots=True)
class Converted:
    """A part that was converted: what became of each of its entries, and the types that it has files of."""

    part: Part
    folder: Path | None
    finished: bool = False
    done: list[Done] = field(default_factory=list)
    kinds: tuple[str, ...] = ()


Open: TypeAlias = Callable[[int], Converted]


class Pool(Protocol):
    """Converts parts. A record that no converter stands is rejected, and costs no other."""

    def convert(self, entries: Iterable[tuple[int, Entry]], open_part: Open, seen: Seen) -> Iterator[Converted]:
        """The parts, converted, in order.

        Args:
            entries: What is to be converted, each with its part's number, ascending.
            open_part: Begins the part of a number: its folder, and whether it is finished already and only passes.
            seen: Called with each batch that is done.

        Raises:
            OSError: A file cannot be written.
        """
        ...

    @property
    def memory(self) -> int:
        """Peak bytes of its processes beyond what they share with this one."""
        ...

    def stop(self) -> None:
        """Ends it, and does not wait for its processes to go."""
        ...

    def close(self) -> None:
        """Ends it, if it has not ended. Its processes are gone."""
        ...


class Here:
    """Converts in this process. `open_output` gives the files of a part."""

    def __init__(
        self,
        converter: Converter,
        contexts: Mapping[str, Context],
        open_output: Callable[[Path | None], FolderOutput | StreamOutput | NoOutput],
    ) -> None:
        self._converter = converter
        self._contexts = contexts
        self._open_output = open_output

    def convert(self, entries: Iterable[tuple[int, Entry]], open_part: Open, seen: Seen) -> Iterator[Converted]:
        """See `Pool`."""
        for number, some in groupby(entries, key=itemgetter(0)):
            converted = open_part(number)
            self._convert(converted, (entry for _, entry in some), seen)
            yield converted

    def _convert(self, converted: Converted, entries: Iterator[Entry], seen: Seen) -> None:
        if converted.finished:
            converted.part.entries.extend(entry.done() for entry in entries)
            return
        output = self._open_output(converted.folder)
        try:
            for given in entries:
                entry = given
                try:
                    done = self._converter.convert(unsaid(entry.batch), output)
                except (OSError, MemoryError):
                    raise
                except (Exception, PanicException):
                    entry = mend_entry(entry, self._stands, self._contexts)
                    done = self._converter.convert(unsaid(entry.batch), output)
                seen(entry, done)
                converted.part.entries.append(entry.done(done.shredded))
                converted.done.append(done)
        finally:
            output.close()
        converted.kinds = output.kinds

    def _stands(self, batch: Batch) -> bool:
        try:
            self._converter.convert(batch, NoOutput())
        except (Exception, PanicException):
            return False
        return True

    @property
    def memory(self) -> int:
        """See `Pool`."""
        return 0

    def stop(self) -> None:
        """See `Pool`."""

    def close(self) -> None:
        """See `Pool`."""
