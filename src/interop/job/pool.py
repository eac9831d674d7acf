"""Parts to converters, and back in order: in this process, or in workers."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import groupby
from multiprocessing.connection import wait
from operator import itemgetter
from pathlib import Path
from typing import Protocol, TypeAlias

from polars.exceptions import PanicException

from interop.job.conversion import Converter, Done
from interop.job.mend import mend_entry
from interop.job.nursery import Nursery, Worker
from interop.job.options import MIB
from interop.job.outputs import FolderOutput, NoOutput, StreamOutput
from interop.job.parts import Entry, Part
from interop.job.selection import unsaid
from interop.job.worker import Answer, Begin, Broken, End, Failed, Finished, Step, Told
from interop.limits import FIXED
from interop.plan.model import Context
from interop.readers.protocol import Batch

BATCH_SECONDS = FIXED.batch_seconds
AHEAD = 2  # batches that a worker has: one to convert, one to go on with
ROOM = 12 * MIB  # input read and not yet converted, beyond what workers wait for: the parts that come next
PARTS = 40  # that a worker converts before a fresh one takes its place: its memory grows, by half in 300 parts
SHREDDED = 8  # tables of text take so many times the memory of their records

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

    def close(self) -> None:
        """Ends it; it may be ended already."""
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

    def close(self) -> None:
        """See `Pool`."""


@dataclass(slots=True)
class _At:
    """A part, and how far its worker is with it.

    Units: `sent` batches, `weights` bytes of memory of each, `sizes` bytes of the part's files when those that are
    done had been written.
    """

    converted: Converted
    worker: Worker | None = None
    waiting: bool = False  # for a worker to be idle
    sent: int = 0
    weights: list[int] = field(default_factory=list)
    sizes: dict[str, int] = field(default_factory=dict)
    complete: bool = False  # no more entries come
    ended: bool = False  # its worker knows


class Workers:
    """Worker processes: each converts a part at a time, and has two of its batches at most."""

    def __init__(self, nursery: Nursery, count: int, contexts: Mapping[str, Context]) -> None:
        self._nursery = nursery
        self._contexts = contexts
        self._idle = [nursery.worker() for _ in range(count)]
        self._busy: dict[Worker, _At] = {}
        self._waiting: deque[_At] = deque()
        self._held = 0  # bytes of batches that are not done
        self._count = count
        self._ended: Counter[Worker] = Counter()  # parts
        self._memory: dict[int, int] = {}

    def convert(self, entries: Iterable[tuple[int, Entry]], open_part: Open, seen: Seen) -> Iterator[Converted]:
        """See `Pool`."""
        coming = iter(entries)
        held = next(coming, None)
        reading: _At | None = None  # the part that entries come for
        parts: deque[_At] = deque()
        while held is not None or parts:
            while held is not None and self._wants(reading, held[0]):
                number, entry = held
                if reading is None or reading.converted.part.number != number:
                    self._complete(reading)
                    reading = self._open(open_part(number))
                    parts.append(reading)
                self._add(reading, entry)
                held = next(coming, None)
            if held is None:
                self._complete(reading)
            while parts and parts[0].worker is None and parts[0].complete and not parts[0].waiting:
                yield parts.popleft().converted
            if self._busy:
                self._listen(seen)

    def _wants(self, reading: _At | None, number: int) -> bool:
        """Whether the next entry is to be read now: what is read waits in memory."""
        if self._idle or reading is None or self._held < ROOM:
            return True
        if reading.converted.part.number != number or reading.waiting:
            return False
        return reading.worker is None or reading.sent - len(reading.converted.done) < AHEAD

    def _open(self, converted: Converted) -> _At:
        at = _At(converted)
        if converted.finished:
            return at
        if self._idle:
            self._begin(self._idle.pop(), at)
        else:
            at.waiting = True
            self._waiting.append(at)
        return at

    def _begin(self, worker: Worker, at: _At) -> None:
        """Gives a worker a part, or what is left of it."""
        self._busy[worker] = at
        at.worker, at.waiting, at.sent, at.ended = worker, False, len(at.converted.done), False
        self._tell(worker, Begin(at.converted.folder, at.sizes))
        self._feed(at)

    def _add(self, at: _At, entry: Entry) -> None:
        if at.converted.finished:
            at.converted.part.entries.append(entry.done())
            return
        at.converted.part.entries.append(entry)
        at.weights.append(_weight(entry.batch))
        self._held += at.weights[-1]
        self._feed(at)

    def _complete(self, at: _At | None) -> None:
        if at is not None and not at.complete:
            at.complete = True
            self._feed(at)

    def _feed(self, at: _At) -> None:
        """Sends what the worker of a part has room for."""
        if at.worker is None:
            return
        entries = at.converted.part.entries
        while at.sent < len(entries) and at.sent - len(at.converted.done) < AHEAD:
            self._tell(at.worker, unsaid(entries[at.sent].batch))
            at.sent += 1
        if at.complete and at.sent == len(entries) and not at.ended:
            self._tell(at.worker, End())
            at.ended = True

    def _tell(self, worker: Worker, what: Told) -> None:
        with suppress(BrokenPipeError, ConnectionResetError):  # it is gone: heard of when it is listened to
            worker.connection.send(what)

    def _listen(self, seen: Seen) -> None:
        """Waits for answers."""
        by_handle = {worker.connection.fileno(): worker for worker in self._busy}
        ready = wait([worker.connection for worker in self._busy], BATCH_SECONDS)
        if not ready:  # no answer of any worker for so long: all of them hang
            for worker in list(self._busy):
                self._mend(worker)
        for connection in ready:
            worker = by_handle[connection.fileno()]  # type: ignore[union-attr]
            try:
                answer: Answer = worker.connection.recv()
            except (EOFError, ConnectionResetError):
                self._mend(worker)
                continue
            at = self._busy[worker]
            match answer:
                case Step(done, sizes):
                    entries, number = at.converted.part.entries, len(at.converted.done)
                    seen(entries[number], done)
                    entries[number] = entries[number].done(done.shredded)
                    at.converted.done.append(done)
                    at.sizes = sizes
                    self._held -= at.weights[number]
                    self._feed(at)
                case Finished(kinds, memory):
                    at.converted.kinds = kinds
                    at.worker = None
                    del self._busy[worker]
                    self._memory[worker.pid] = memory
                    self._rest(worker)
                case Failed(number, text):
                    raise OSError(number, text)
                case Broken():
                    self._mend(worker)

    def _rest(self, worker: Worker) -> None:
        """A worker has ended a part: it takes the next, or makes way for a fresh one that does."""
        self._ended[worker] += 1
        if self._ended[worker] >= PARTS:
            worker.kill()
            worker = self._nursery.worker()
        if self._waiting:
            self._begin(worker, self._waiting.popleft())
        else:
            self._idle.append(worker)

    def _mend(self, worker: Worker) -> None:
        """A worker is gone, or is to go: the batch that it was at loses what broke it, and another one goes on."""
        at = self._busy.pop(worker)
        worker.kill()
        entries, number = at.converted.part.entries, len(at.converted.done)
        if number < at.sent and number < len(entries):
            entries[number] = mend_entry(entries[number], self._stands, self._contexts)
        self._begin(self._nursery.worker(), at)

    def _stands(self, batch: Batch) -> bool:
        """Whether a worker stands a batch; nothing is written."""
        worker = self._nursery.worker()
        try:
            for told in (Begin(None), unsaid(batch), End()):
                worker.connection.send(told)
            while worker.connection.poll(BATCH_SECONDS):
                if isinstance(answer := worker.connection.recv(), Finished | Broken):
                    return isinstance(answer, Finished)
        except (EOFError, ConnectionResetError, BrokenPipeError):
            pass
        finally:
            worker.kill()
        return False

    @property
    def memory(self) -> int:
        """See `Pool`."""
        return sum(sorted(self._memory.values())[-self._count :])  # no more of them are there at a time

    def close(self) -> None:
        """See `Pool`."""
        self._nursery.close()


def _weight(batch: Batch) -> int:
    """Bytes of memory that a batch holds, roughly."""
    return int(batch.lengths.sum()) * (1 if batch.raw is not None else SHREDDED)
