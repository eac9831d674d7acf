"""What a worker does: batches come by its connection, their resources are written, what became of them goes back."""

from __future__ import annotations

import os
import queue
import resource
import threading
from collections.abc import Iterator, Mapping
from contextlib import nullcontext, suppress
from dataclasses import field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TypeAlias

from interop.engine.process import prepare_worker
from interop.immutable import immutable
from interop.job.conversion import Converter, Done
from interop.job.options import Options
from interop.job.outputs import FolderOutput, NoOutput, Output, folder_output
from interop.job.post import Sent, read, receive
from interop.plan.model import Plan
from interop.readers.protocol import Batch
from interop.spec.collection import frozen
from interop.spec.contexts import Layout


@immutable()
class Begin:
    """A part begins, or goes on from where another worker left it. Without a folder nothing is written: a trial.

    Units: `sizes` are bytes of the files that stand; what is beyond them goes.
    """

    folder: Path | None
    sizes: Mapping[str, int] = field(default_factory=dict)


@immutable()
class End:
    """No more batches of this part."""


@immutable()
class Step:
    """A batch is done. Units: `sizes` are bytes of the part's files now."""

    done: Done
    sizes: dict[str, int]


@immutable()
class Finished:
    """The part is done. `kinds` are the types that it has files of.

    Units: `memory` peak bytes of the worker so far, less what it began with.
    """

    kinds: tuple[str, ...]
    memory: int


@immutable()
class Failed:
    """The part cannot be written: the system said so."""

    number: int
    text: str


@immutable()
class Broken:
    """A batch cannot be converted: an error of this program, of which nothing is said but its type."""

    kind: str


Told: TypeAlias = Begin | Batch | End
Answer: TypeAlias = Step | Finished | Failed | Broken


def peak_memory() -> int:
    """Peak bytes of this process."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


class Inbox:
    """Takes what is told off the connection at once, so that whoever tells does not wait while a batch is converted."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._told: queue.SimpleQueue[Sent | None] = queue.SimpleQueue()
        threading.Thread(target=self._listen, name="interop-inbox", daemon=True).start()

    def take(self) -> Told:
        """What was told next.

        Raises:
            EOFError: The connection was closed.
        """
        told = self._told.get()
        if told is None:
            raise EOFError
        found = read(told)
        assert isinstance(found, Begin | Batch | End)
        return found

    def _listen(self) -> None:
        with suppress(EOFError, OSError):
            while True:
                self._told.put(receive(self._connection))
        self._told.put(None)


def serve(connection: Connection, compiled: Plan, layout: Layout, options: Options) -> None:
    """Serves parts until the connection is closed. One thread converts: the other processors have their own workers.

    Raises:
        EOFError: The connection was closed.
    """
    prepare_worker()
    inbox = Inbox(connection)
    part = _Parts(inbox, Converter(compiled, layout, options, threads=1), compiled, options)
    while True:
        begin = inbox.take()
        assert isinstance(begin, Begin)
        for answer in part.convert(begin):
            connection.send(answer)


class _Parts:
    """Parts, one after another."""

    def __init__(self, inbox: Inbox, converter: Converter, compiled: Plan, options: Options) -> None:
        self._inbox = inbox
        self._converter = converter
        self._plan = compiled
        self._bundles = options.shape == "bundle"
        self._begun = peak_memory()
        self._warm = False

    def convert(self, begin: Begin) -> Iterator[Answer]:
        """Converts a part, batch by batch; the last answer says how it ended."""
        try:
            output = self._open(begin)
            try:
                while isinstance(told := self._inbox.take(), Batch):
                    yield Step(self._done(told, output), output.sizes)
            finally:
                output.close()
        except EOFError:
            raise
        except OSError as error:
            yield Failed(error.errno or 0, os.strerror(error.errno or 0))
        except Exception as error:
            yield Broken(type(error).__name__)
        else:
            yield Finished(output.kinds, peak_memory() - self._begun)

    def _done(self, batch: Batch, output: Output) -> Done:
        """Converts a batch. The first one makes what stays: bodies of rules, and what reads messages."""
        with nullcontext() if self._warm else frozen():
            done = self._converter.convert(batch, output, is_own=True)
        self._warm = True
        return done

    def _open(self, begin: Begin) -> FolderOutput | NoOutput:
        if begin.folder is None:
            return NoOutput()
        return folder_output(begin.folder, self._plan, as_bundles=self._bundles, sizes=begin.sizes)
