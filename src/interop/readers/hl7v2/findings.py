"""What there is to say of a message that was read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from interop.errors import DataPlace, Finding
from interop.readers.hl7v2.escapes import ESCAPE, is_sound
from interop.readers.hl7v2.message import Message
from interop.readers.hl7v2.placing import Notice
from interop.readers.hl7v2.separators import FIELD

UNSOUND = "R615"


def message_findings(notices: Iterable[Notice], place: DataPlace, unsound: Message | None = None) -> Iterator[Finding]:
    """The findings of a message: of its segments' places first, then of escapes that cannot be read.

    They are of the whole message, whatever the projection reads of it.

    Args:
        notices: Those of its template.
        place: Where it stands.
        unsound: The message, where it has escapes that may be unsound.
    """
    for notice in notices:
        yield _finding(notice.code, place, notice.segment)
    if unsound is not None:
        for field in dict.fromkeys(_unsound_fields(unsound)):
            yield _finding(UNSOUND, place, field)


def _unsound_fields(message: Message) -> Iterator[str]:
    for number, line in enumerate(message.lines):
        if ESCAPE not in line:
            continue
        fields = line.split(FIELD)
        first = 2 if number == 0 else 1
        for at, text in enumerate(fields[first:], first):
            if ESCAPE in text and not is_sound(text, message.charset):
                yield f"{fields[0]}-{at + (number == 0)}"


def _finding(code: str, place: DataPlace, field: str) -> Finding:
    return Finding(code, DataPlace(place.file, place.record, field, place.offset, place.length))
