"""One message, from its bytes to lines of text with the usual separators.

Source: HL7 v2.8 chapter 2, MSH; docs/hl7v2.md.
"""

from __future__ import annotations

from functools import lru_cache

from interop.immutable import immutable
from interop.readers.hl7v2.charset import Charset, charset_of
from interop.readers.hl7v2.escapes import ESCAPE, PLAIN_SEQUENCE
from interop.readers.hl7v2.separators import FIELD, Separators, read_separators

NO_SEPARATORS = "R602"
UNKNOWN_CHARSET = "R603"
BAD_BYTES = "R604"
NUL_BYTE = "R605"

_USUAL_STARTS = {b"MSH|^~\\&|": Separators(), b"MSH|^~\\&#|": Separators(encoding="^~\\&#")}
_KIND_AT = 8  # MSH-9, split at separators
_CHARSET_AT = 17  # MSH-18
_LATIN = "iso8859-1"
UTF_8 = "utf-8"
_LIKE_ASCII = (UTF_8, "ascii", "iso8859-")


@immutable()
class Sender:
    """How a message was sent."""

    separators: Separators
    charset: Charset


@immutable()
class Message:
    """A message as text.

    Shapes: `lines` are its segments, the first is MSH, with the usual separators; blank lines are gone.
    """

    lines: list[str]
    separators: Separators
    charset: Charset
    escapes: bool  # whether an escape character stands after MSH-2
    sound: bool  # whether all of these are known to belong to plain sequences

    @property
    def sender(self) -> Sender:
        """How it was sent."""
        return Sender(self.separators, self.charset)


def read_message(data: bytes, default: Charset) -> Message | str:
    """The text of a message, or the code of what is wrong with it."""
    if b"\0" in data:
        return NUL_BYTE
    separators = _USUAL_STARTS.get(data[:9]) or _USUAL_STARTS.get(data[:10])
    if separators is None:
        head = data[: _line_end(data)]
        separators = read_separators(head.decode(_LATIN))
        if separators is None:
            return NO_SEPARATORS
    charset = _charset(data, separators, default)
    if charset is None:
        return UNKNOWN_CHARSET
    text = charset.decode(data)
    if text is None:
        return BAD_BYTES
    return _message(text, separators, charset)


def read_usual_head(data: bytes, default: Charset) -> tuple[str, Sender] | None:
    """MSH-9 and the sender of a message whose bytes are UTF-8, if they are text at all, with the usual separators.

    None for other messages, and for some that are no messages: `read_message` knows them all.
    """
    if b"\0" in data:
        return None
    start = data[:9] if data[:9] in _USUAL_STARTS else data[:10]
    if start not in _USUAL_STARTS:
        return None
    head = data[: _line_end(data)]
    if not head.isascii() or b"\x1b" in head:
        return None
    fields = head.split(b"|", _CHARSET_AT + 1)
    sender = usual_sender(start, fields[_CHARSET_AT] if len(fields) > _CHARSET_AT else b"", default)
    if sender is None or (sender.charset.codec != UTF_8 and not data.isascii()):
        return None
    return fields[_KIND_AT].decode() if len(fields) > _KIND_AT else "", sender


@lru_cache(maxsize=1024)
def usual_sender(start: bytes, names: bytes, default: Charset) -> Sender | None:
    """The sender by MSH-18; None where text of ASCII is other bytes than its own."""
    separators = _USUAL_STARTS[start]
    charset = charset_of(_names(names.decode(), separators), default)
    if charset is None or charset.shifts or not charset.codec.startswith(_LIKE_ASCII):
        return None
    return Sender(separators, charset)


def read_text(text: str, default: Charset) -> Message | str:
    """The same of text. Its MSH-18 matters to escaped bytes only; unknown, it is as if it were empty."""
    if "\0" in text:
        return NUL_BYTE
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return BAD_BYTES
    head = text.replace("\n", "\r").partition("\r")[0]
    separators = read_separators(head)
    if separators is None:
        return NO_SEPARATORS
    charset = charset_of(_names(_charset_field(head, separators), separators), default) or default
    return _message(text, separators, charset)


def _message(text: str, separators: Separators, charset: Charset) -> Message:
    if "\n" in text:
        text = text.replace("\r\n", "\r").replace("\n", "\r")
    if not separators.usual:
        text = separators.rewrite(text)
    lines = text.split("\r")
    if "" in lines:
        lines = [line for line in lines if line]
    escapes = text.count(ESCAPE) - 1
    sound = not escapes or escapes == 2 * len(PLAIN_SEQUENCE.findall(text))
    return Message(lines, separators, charset, escapes > 0, sound)


def _charset(data: bytes, separators: Separators, default: Charset) -> Charset | None:
    """The charset by MSH-18, which is found before the bytes are text.

    Characters of Big-5 or GB 18030 in fields before it may hold a separator's byte. Then MSH-18 stands further on: it
    is the field that still is MSH-18 when the line is decoded by what it says.
    """
    line = data[: _line_end(data)]
    fields = line.split(separators.field.encode(), _CHARSET_AT + 1)
    names = _names(fields[_CHARSET_AT].decode(_LATIN), separators) if len(fields) > _CHARSET_AT else ""
    charset = charset_of(names, default)
    if line.isascii() and b"\x1b" not in line:
        return charset
    if charset is not None and _is_said(line, charset, names, separators):
        return charset
    for field in line.split(separators.field.encode())[_CHARSET_AT + 1 :]:
        names = _names(field.decode(_LATIN), separators)
        other = charset_of(names, default)
        if names and other is not None and _is_said(line, other, names, separators):
            return other
    return charset


def _is_said(line: bytes, charset: Charset, names: str, separators: Separators) -> bool:
    """Whether MSH-18 names this charset when the line is decoded by it."""
    text = charset.decode(line)
    return text is not None and _names(_charset_field(text, separators), separators) == names


def _charset_field(line: str, separators: Separators) -> str:
    fields = line.split(separators.field, _CHARSET_AT + 1)
    return fields[_CHARSET_AT] if len(fields) > _CHARSET_AT else ""


def _names(names: str, separators: Separators) -> str:
    """MSH-18 with `~` between its repetitions, without components."""
    own = separators.encoding
    if not separators.usual:
        names = names.replace(own[1], "~") if len(own) > 1 else names
    return "~".join(name.partition(own[0])[0] for name in names.split("~")) if own[0] in names else names


def _line_end(data: bytes) -> int:
    carriage = data.find(b"\r")
    feed = data.find(b"\n", 0, carriage) if carriage >= 0 else data.find(b"\n")
    return feed if feed >= 0 else carriage if carriage >= 0 else len(data)


def field_of(message: Message, number: int) -> str:
    """A field of MSH, from MSH-3 on, with all that is in it."""
    fields = message.lines[0].split(FIELD, number)
    return fields[number - 1] if len(fields) >= number else ""
