"""One value of a line of text: field, repetition, component, subcomponent, without escapes."""

from __future__ import annotations

from interop.readers.hl7v2.escapes import ESCAPE, unescape
from interop.readers.hl7v2.message import Message
from interop.readers.hl7v2.paths import NULL, PRESENT, FieldPath, Reads
from interop.readers.hl7v2.separators import COMPONENT, REPETITION, SUBCOMPONENT


def field_text(fields: list[str], segment: str, number: int) -> str:
    """A field of a line that is split already, with all that is in it; empty when there is none."""
    at = number - 1 if segment == "MSH" else number
    return fields[at] if at < len(fields) else ""


def header_value(message: Message, path: FieldPath) -> str | None:
    """MSH-1 and MSH-2, which are not split."""
    if not is_header_path(path):
        return None
    return message.separators.field if path.field == 1 else message.separators.encoding


def is_header_path(path: FieldPath) -> bool:
    """Whether a path of MSH-1 or MSH-2 reads it whole: nothing else is there."""
    return path.reads is not Reads.DELETED and (path.repetition, path.component, path.subcomponent) == (1, 1, 1)


def repetition_text(field: str, number: int) -> str:
    """A repetition of a field; empty when there is none."""
    if REPETITION not in field:
        return field if number == 1 else ""
    parts = field.split(REPETITION, number)
    return parts[number - 1] if number <= len(parts) else ""


def value_in(repetition: str, path: FieldPath, message: Message) -> str | None:
    """What a path reads of a repetition. None for nothing, and for `""`."""
    if path.reads is Reads.WHOLE:
        text = message.separators.as_sent(repetition) if repetition != NULL else NULL
    else:
        text = _part(_part(repetition, COMPONENT, path.component), SUBCOMPONENT, path.subcomponent)
    if path.reads is Reads.DELETED:
        return PRESENT if text == NULL else None
    if text == NULL:
        return None
    if ESCAPE in text:
        text = unescape(text, message.charset)
    return text or None


def _part(text: str, separator: str, number: int) -> str:
    if separator not in text:
        return text if number == 1 else ""
    parts = text.split(separator, number)
    return parts[number - 1] if number <= len(parts) else ""
