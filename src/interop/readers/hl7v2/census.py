"""The filled fields of messages, by sender: every field of every segment, Z segments too."""

from __future__ import annotations

from interop.limits import Limits
from interop.readers.census import Census
from interop.readers.hl7v2.charset import Charset
from interop.readers.hl7v2.frames import frame_singly
from interop.readers.hl7v2.message import Message, field_of, read_message
from interop.readers.hl7v2.placing import HEAD
from interop.readers.hl7v2.separators import COMPONENT, FIELD, REPETITION, SUBCOMPONENT
from interop.readers.protocol import Input
from interop.readers.streams import open_blocks

BETWEEN = " · "  # facility and application
EMPTY = COMPONENT + REPETITION + SUBCOMPONENT
PARTS = 50  # no datatype has as many components: what comes after is a text that was sent without its escapes


def take_census(source: Input, charset: Charset, limits: Limits) -> list[Census]:
    """The census of a file, one for each sender: facility (MSH-4) and application (MSH-3).

    Messages that cannot be read are not counted.
    """
    found: dict[str, Census] = {}
    for span in frame_singly(open_blocks(source), limits):
        if span.kind != "MSH" or span.over or span.cut:
            continue
        message = read_message(span.data, charset)
        if isinstance(message, str):
            continue
        sender = BETWEEN.join(filter(None, (field_of(message, 4), field_of(message, 3))))
        _count(message, found.setdefault(sender, Census(source.name, sender)))
    return list(found.values())


def _count(message: Message, census: Census) -> None:
    census.records += 1
    filled: set[str] = set()
    repeated: set[str] = set()
    parts: set[str] = set()
    for line in message.lines:
        if not HEAD.fullmatch(line[:4]):  # the rest of a broken line: what stands there is no name, but a value
            continue
        name, *fields = line.split(FIELD)
        first = 3 if name == "MSH" else 1  # MSH-1 is the separator, MSH-2 stands after it
        for number, text in enumerate(fields[1:] if name == "MSH" else fields, first):
            if not text.strip(EMPTY):
                continue
            field = f"{name}-{number}"
            filled.add(field)
            if REPETITION not in text and COMPONENT not in text:
                parts.add(f"{field}.1")
                continue
            repetitions = text.split(REPETITION)
            if len(repetitions) > 1:
                repeated.add(field)
            for repetition in repetitions:
                components = repetition.split(COMPONENT, PARTS)[:PARTS]
                parts.update(f"{field}.{place}" for place, part in enumerate(components, 1) if part.strip(EMPTY))
    census.filled.update(filled)
    census.repeated.update(repeated)
    census.parts.update(parts)
