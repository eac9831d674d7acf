"""What the compiled shredder asks of Python: all that is seldom, or is remembered once it is told."""

from __future__ import annotations

from interop.readers.hl7v2.charset import Charset
from interop.readers.hl7v2.escapes import unescape
from interop.readers.hl7v2.lines import KIND
from interop.readers.hl7v2.message import UTF_8, Sender, field_of, read_message, usual_sender
from interop.readers.hl7v2.outline import Outline, Outlines
from interop.readers.hl7v2.reads import ContextReads
from interop.readers.hl7v2.template import Template, Templates

_REMEMBERED = 2_000_000  # numbers and letters that the answers hold, here and in Rust
_SENDER = 100


class Asked:
    """Answers, and the numbers that stand for templates and senders in them."""

    def __init__(self, templates: Templates, charset: Charset, reads: tuple[ContextReads, ...]) -> None:
        self.templates: list[Template] = []
        self._numbers: dict[Template, int] = {}
        self._known, self._charset, self._outlines = templates, charset, Outlines(reads)
        self._senders: list[Sender] = []
        self._ways: dict[Sender, int] = {}
        self._size = 0

    def is_full(self) -> bool:
        """Whether more is remembered than is good: then another one takes over."""
        return self._size > _REMEMBERED

    def sender(self, start: bytes, names: bytes) -> tuple[int, bool] | None:
        """The sender of a message by its first bytes and MSH-18, and whether it is UTF-8; None where it is unusual."""
        self._size += _SENDER + len(names)
        sender = usual_sender(start, names, self._charset)
        return None if sender is None else (self._number(sender), sender.charset.codec == UTF_8)

    def unusual(self, data: bytes) -> tuple[str, int, str] | str:
        """MSH-9, the sender, and the lines with the usual separators of a message; or the code of why not."""
        message = read_message(data, self._charset)
        if isinstance(message, str):
            return message
        return field_of(message, KIND), self._number(message.sender), "\r".join(message.lines)

    def template(self, kind: str, heads: str) -> tuple[int, Outline, str | None]:
        """The number of a template, what it puts where, its structure. New ones count on from the last."""
        template = self._known.find(kind, heads)
        outline = self._outlines.of(template)
        self._size += len(kind) + len(heads)
        number = self._numbers.get(template)
        if number is None:
            number = self._numbers[template] = len(self.templates)
            self.templates.append(template)
            self._size += 4 * (len(outline.contexts) + len(outline.stores))
        return number, outline, template.structure

    def way(self, sender: int) -> tuple[bool, str, str]:
        """Whether a sender has the usual separators; MSH-1 and MSH-2 as it sent them."""
        separators = self._senders[sender].separators
        return separators.usual, separators.field, separators.encoding

    def decoded(self, text: str, sender: int, as_sent: bool) -> str:
        """A text without escape sequences; with the separators of its sender, where it is read as sent."""
        known = self._senders[sender]
        return unescape(known.separators.as_sent(text) if as_sent else text, known.charset)

    def _number(self, sender: Sender) -> int:
        number = self._ways.setdefault(sender, len(self._senders))
        if number == len(self._senders):
            self._size += _SENDER
            self._senders.append(sender)
        return number
