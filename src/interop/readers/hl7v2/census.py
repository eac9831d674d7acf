"""The filled fields of messages, by sender: every field of every segment, Z segments too."""

from __future__ import annotations

from interop.limits import Limits
from interop.readers.census import Census
from interop.readers.hl7v2.charset import Charset
from interop.readers.hl7v2.frames import Framer, Sizes, frame
from interop.readers.hl7v2.message import Message, field_of, read_message
from interop.readers.hl7v2.placing import HEAD
from interop.readers.hl7v2.separators import FIELD, REPETITION
from interop.readers.protocol import Input
from interop.readers.streams import open_blocks


def take_census(source: Input, charset: Charset, limits: Limits) -> list[Census]:
    """The census of a file, a row for each sender (MSH-4, or MSH-3 without it). Unreadable messages are not counted."""
    found: dict[str, Census] = {}
    sizes = Sizes()
    for span in frame(open_blocks(source), Framer(limits, sizes), sizes):
        if span.kind != "MSH" or span.over or span.cut:
            continue
        message = read_message(span.data, charset)
        if isinstance(message, str):
            continue
        sender = field_of(message, 4) or field_of(message, 3)
        _count(message, found.setdefault(sender, Census(source.name, sender)))
    return list(found.values())


def _count(message: Message, census: Census) -> None:
    census.records += 1
    filled: set[str] = set()
    repeated: set[str] = set()
    for line in message.lines:
        if not HEAD.fullmatch(line[:4]):  # the rest of a broken line: what stands there is no name, but a value
            continue
        name, *fields = line.split(FIELD)
        first = 3 if name == "MSH" else 1  # MSH-1 is the separator, MSH-2 stands after it
        for number, text in enumerate(fields[1:] if name == "MSH" else fields, first):
            if text:
                field = f"{name}-{number}"
                filled.add(field)
                if REPETITION in text:
                    repeated.add(field)
    census.filled.update(filled)
    census.repeated.update(repeated)
