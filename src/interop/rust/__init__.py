"""The hot paths in Rust (`rust/` of the sources), as far as they were compiled for this host when it was installed.

Everything they do, Python and Polars do too, and give the same: tests/laws compare them. Who wants the compiled form
asks `is_there` first.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol

from interop.rust.sources import digest

__all__ = [
    "ArrowArray",
    "Ordered",
    "Program",
    "Resources",
    "Sheet",
    "Sheets",
    "Shredder",
    "count_messages",
    "cut_messages",
    "is_there",
    "keys",
    "lines",
    "ordered",
    "program",
    "shredder",
]

MODULE = "interop.rust._rust"
WANTED = "INTEROP_RUST"


@cache
def is_there() -> bool:
    """Whether it was compiled for this host. `INTEROP_RUST=0` says that it was not: to compare, or to rule it out."""
    if os.environ.get(WANTED) == "0":
        return False
    try:
        made_of = _module().SOURCES
    except (ImportError, AttributeError):
        return False
    crate = (
        Path(__file__).parents[3] / "rust"
    )  # where this is a checkout: what was compiled there may be older than it is
    return made_of is None or not (crate / "Cargo.lock").is_file() or made_of == digest(crate)


@cache
def _module() -> ModuleType:
    return import_module(MODULE)


class ArrowArray(Protocol):
    """Columns that a library takes over by Arrow's PyCapsule interface: once, without copying them."""

    def __len__(self) -> int: ...

    def __arrow_c_array__(self, requested_schema: object | None = None) -> tuple[object, object]: ...


class Resources(ArrowArray, Protocol):
    """What a rule built (rust/src/engine/made.rs), in the order of its rows: `record` u32, `id` and `text` utf8.

    The texts are gone once they were put in order with those of other rules.
    """

    def texts(self) -> list[str]:
        """The texts, as long as they are there."""
        ...


class Ordered(Protocol):
    """What the rules of a type built, as lines (rust/src/engine/ordered.rs)."""

    def __iter__(self) -> Iterator[memoryview]: ...
    def records(self) -> list[int]: ...
    def lengths(self) -> list[int]: ...


class Program(Protocol):
    """A plan (rust/src/engine/program.rs)."""

    def begin(self, frames: Sequence[tuple[str, Any]], file: Mapping[str, str]) -> list[int]:
        """Takes a batch: for each context that has rows a frame. Its first column is u32: of each row the row of the
        context around it, of a record its number; the others are text. Gives the rules that may build something.
        """
        ...

    def begin_messages(self, sheets: Sheets, numbers: Any, file: Mapping[str, str]) -> list[int]:
        """The same of messages; `numbers` is a frame of one column, u32: those of the messages in their file."""
        ...

    def rule(self, number: int) -> tuple[Resources, list[tuple[int, str, str, int]]]:
        """A rule's resources, and findings: place in the plan, code, context, row."""
        ...

    def settle(self, made: Sequence[Resources]) -> list[tuple[int, int]]:
        """Leaves one resource of each id of a record, of all that a type has. Gives what clashes: record, rule."""
        ...

    def end(self) -> None:
        """Lets go of the batch."""
        ...


class Sheet(ArrowArray, Protocol):
    """A table: `parent` u32, then a column of text for each of `names`, which are the names that it has."""

    @property
    def names(self) -> list[list[str]]: ...


class Sheets(Protocol):
    """The tables of a batch that have rows (rust/src/hl7v2/sheets.rs), by number."""

    def sheet(self, number: int) -> Sheet | None: ...


class Shredder(Protocol):
    """Shreds HL7 v2 messages (rust/src/hl7v2/shredder.rs)."""

    def shred(
        self, data: bytes, starts: Sequence[int], lengths: Sequence[int]
    ) -> tuple[Sheets, list[tuple[int, str]], list[tuple[int, int]], list[int]]:
        """Tables of messages, which stand in `data`, each with its start and length; the rows that could not be read,
        each with the code of why; those that there is something to say of, each with the number of its template; those
        that have other escape sequences than plain ones.
        """
        ...

    def remembered(self) -> int:
        """How many numbers and letters it remembers of where segments stand."""
        ...


def program(plan: object, facts: object, kept: int) -> Program:
    """A plan, read.

    Args:
        plan: A `plan.model.Plan`.
        facts: What Python knows of its nodes, an `engine.rust.facts.PlanFacts`.
        kept: Results of a function that are remembered.

    Raises:
        ImportError: It was not compiled for this host.
    """
    made: Program = _module().Program(plan, facts, kept)
    return made


def shredder(slots: object, reads: object, asked: object) -> Shredder:
    """What shreds the messages of a projection.

    Args:
        slots: What is read, a `readers.hl7v2.slots.Slots`.
        reads: The same by context, a sequence of `readers.hl7v2.reads.ContextReads`.
        asked: What is asked for all that is out of the ordinary, a `readers.hl7v2.rust_asking.Asked`.

    Raises:
        ImportError: It was not compiled for this host.
    """
    made: Shredder = _module().Shredder(slots, reads, asked)
    return made


def ordered(made: Sequence[Resources], block: int) -> Ordered:
    """What the rules of a type built as lines, in the order of their records.

    Many lines of one rule that follow one another come where they stand; others together, up to `block` bytes.

    Raises:
        ImportError: It was not compiled for this host.
    """
    put: Ordered = _module().Ordered(made, block)
    return put


def keys(made: Sequence[Resources]) -> ArrowArray:
    """What each of several rules built: `rule` and `record`, u32, and `hash`, u64, the XXH64 of the id. Once.

    Raises:
        ImportError: It was not compiled for this host.
    """
    found: ArrowArray = _module().Keys(made)
    return found


def lines(frame: object, block: int) -> Iterator[bytes]:
    """The texts of a frame's one column, each ended by a line feed, in blocks of `block` bytes or a line more.

    Raises:
        ImportError: It was not compiled for this host.
    """
    made: Iterator[bytes] = _module().Lines(frame, block)
    return made


def cut_messages(
    data: bytearray, begun: int | None, searched: int, end: int, *, keep: int
) -> list[tuple[bytes, list[int], list[int], int, int, tuple[int, int, bytes] | None]]:
    """Cuts a stretch of a file into messages, as far as they are usual (rust/src/hl7v2/cuts.rs).

    Args:
        data: The stretch.
        begun: Where the message begins that it goes on with; None where that is something else, or over the limit.
        searched: The starts before that are known.
        end: Those from there on are not looked for yet.
        keep: Bytes of the longest message.

    Returns:
        By turns messages that follow one another, in one piece: where in it each begins, and how long it is; where in
        `data` the first one begins, and what follows the last one; and a start before which is no such message: where
        what stands before it ends, its own place, and its first three bytes. The last turn may have none.

    Raises:
        ImportError: It was not compiled for this host.
    """
    made: list[tuple[bytes, list[int], list[int], int, int, tuple[int, int, bytes] | None]] = _module().cut_messages(
        data, begun, searched, end, keep
    )
    return made


def count_messages(held: bytes, block: bytes, inside: bool) -> tuple[int, bool, int]:
    """Counts the messages of the whole lines of a block (rust/src/hl7v2/count.rs), from inside of one or not.

    Args:
        held: What stands before the block of its first line.
        block: The block.
        inside: Whether its first line stands in a message.

    Returns:
        How many begin, whether the last line stands in one, and where in the block the line begins that has no end yet:
        0 where it has no line end.

    Raises:
        ImportError: It was not compiled for this host.
    """
    made: tuple[int, bool, int] = _module().count_messages(held, block, inside)
    return made
