"""Parts to worker processes, and back in order."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import wait

from interop.job.mend import mend_entry
from interop.job.nursery import Nursery, Worker
from interop.job.options import MIB
from interop.job.parts import Entry
from interop.job.pool import Converted, Open, Seen
from interop.job.post import send
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


@dataclass(slots=True)
class _At:
    """A part, and how far its worker is with it.

    Units: `sent` batches, `weights` bytes of memory of each, `sizes` bytes of the part's files when those that are
    done had been written.
    """

    converted: Converted
    worker: Worker | None = None
    waiting: bool = False  # for a worker that has room
    sent: int = 0
    weights: list[int] = field(default_factory=list)
    sizes: dict[str, int] = field(default_factory=dict)
    complete: bool = False  # no more entries come
    ended: bool = False  # its worker knows


class Workers:
    """Worker processes: each converts a part at a time, and has two batches at most, the second maybe of its next part.

    What it goes on with is there when it ends a part: it waits for nobody.
    """

    def __init__(self, nursery: Nursery, count: int, contexts: Mapping[str, Context]) -> None:
        self._nursery = nursery
        self._contexts = contexts
        self._idle = [nursery.worker() for _ in range(count)]
        self._busy: dict[Worker, deque[_At]] = {}  # the part that it is at, and maybe the next
        self._waiting: deque[_At] = deque()
        self._held = 0  # bytes of batches that are not done
        self._count = count
        self._ending = False  # no more entries come
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
                self._ending = True
                self._complete(reading)
            while parts and parts[0].worker is None and parts[0].complete and not parts[0].waiting:
                yield parts.popleft().converted
            if self._busy:
                self._listen(seen)

    def _wants(self, reading: _At | None, number: int) -> bool:
        """Whether the next entry is to be read now: what is read waits in memory."""
        if self._idle or reading is None or self._held < ROOM:
            return True
        if reading.waiting:
            return False
        if reading.converted.part.number != number:
            return any(map(self._has_room, self._busy))
        return reading.worker is None or self._outstanding(reading.worker) < AHEAD

    def _outstanding(self, worker: Worker) -> int:
        """Batches that a worker has."""
        return sum(at.sent - len(at.converted.done) for at in self._busy[worker])

    def _has_room(self, worker: Worker) -> bool:
        """Whether a worker can be given the part after the one that it is at.

        At the end of the input it is not, where all workers would not have one: whoever is free first takes the last.
        """
        at, *others = self._busy[worker]
        if others or not at.ended or self._ended[worker] + 1 >= PARTS:
            return False
        return self._outstanding(worker) < AHEAD and not (self._ending and len(self._waiting) < self._count)

    def _open(self, converted: Converted) -> _At:
        at = _At(converted)
        if converted.finished:
            return at
        at.waiting = True
        self._waiting.append(at)
        self._lend()
        return at

    def _lend(self) -> None:
        """Gives the parts that wait to workers with nothing to do, then to those that will soon have nothing."""
        while self._waiting and self._idle:
            self._begin(self._idle.pop(), self._waiting.popleft())
        for worker in list(self._busy):
            if self._waiting and self._has_room(worker):
                self._begin(worker, self._waiting.popleft())

    def _begin(self, worker: Worker, at: _At) -> None:
        """Gives a worker a part, or what is left of it."""
        self._busy.setdefault(worker, deque()).append(at)
        at.worker, at.waiting, at.sent, at.ended = worker, False, len(at.converted.done), False
        self._tell(worker, Begin(at.converted.folder, at.sizes))
        self._feed(worker)

    def _add(self, at: _At, entry: Entry) -> None:
        if at.converted.finished:
            at.converted.part.entries.append(entry.done())
            return
        at.converted.part.entries.append(entry)
        at.weights.append(_weight(entry.batch))
        self._held += at.weights[-1]
        if at.worker is not None:
            self._feed(at.worker)

    def _complete(self, at: _At | None) -> None:
        if at is not None and not at.complete:
            at.complete = True
            if at.worker is not None:
                self._feed(at.worker)
                self._lend()

    def _feed(self, worker: Worker) -> None:
        """Sends what a worker has room for."""
        for at in self._busy[worker]:
            entries = at.converted.part.entries
            while at.sent < len(entries) and self._outstanding(worker) < AHEAD:
                self._tell(worker, unsaid(entries[at.sent].batch))
                at.sent += 1
            if at.complete and at.sent == len(entries) and not at.ended:
                self._tell(worker, End())
                at.ended = True

    def _tell(self, worker: Worker, what: Told) -> None:
        with suppress(BrokenPipeError, ConnectionResetError):  # it is gone: heard of when it is listened to
            send(worker.connection, what)

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
            self._hear(worker, answer, seen)

    def _hear(self, worker: Worker, answer: Answer, seen: Seen) -> None:
        at = self._busy[worker][0]
        match answer:
            case Step(done, sizes):
                entries, number = at.converted.part.entries, len(at.converted.done)
                seen(entries[number], done)
                entries[number] = entries[number].done(done.shredded)
                at.converted.done.append(done)
                at.sizes = sizes
                self._held -= at.weights[number]
                self._feed(worker)
                self._lend()
            case Finished(kinds, memory):
                at.converted.kinds = kinds
                at.worker = None
                self._memory[worker.pid] = memory
                self._ended[worker] += 1
                self._busy[worker].popleft()
                self._rest(worker)
            case Failed(number, text):
                raise OSError(number, text)
            case Broken():
                self._mend(worker)

    def _rest(self, worker: Worker) -> None:
        """A worker has ended a part: it is at the next, or takes one, or makes way for a fresh one that does."""
        if not self._busy[worker]:
            del self._busy[worker]
            if self._ended[worker] >= PARTS:
                worker.kill()
                worker = self._nursery.worker()
            self._idle.append(worker)
        self._lend()

    def _mend(self, worker: Worker) -> None:
        """A worker is gone, or is to go: the batch that it was at loses what broke it, and another one goes on."""
        at, *others = self._busy.pop(worker)
        worker.kill()
        for other in reversed(others):  # it was not begun, or only just
            other.worker, other.waiting = None, True
            self._waiting.appendleft(other)
        entries, number = at.converted.part.entries, len(at.converted.done)
        if number < at.sent and number < len(entries):
            entries[number] = mend_entry(entries[number], self._stands, self._contexts)
        self._begin(self._nursery.worker(), at)

    def _stands(self, batch: Batch) -> bool:
        """Whether a worker stands a batch; nothing is written."""
        worker = self._nursery.worker()
        try:
            for told in (Begin(None), unsaid(batch), End()):
                send(worker.connection, told)
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

    def stop(self) -> None:
        """See `Pool`."""
        self._nursery.stop()

    def close(self) -> None:
        """See `Pool`."""
        self._nursery.close()


def _weight(batch: Batch) -> int:
    """Bytes of memory that a batch holds, roughly."""
    return int(batch.lengths.sum()) * (1 if batch.raw is not None else SHREDDED)
