"""What the compiled shredder asks of Python: all that is seldom, or is remembered once it is told."""

from __future__ import annotations

from interop.readers.hl7v2.charset import Charset
from interop.readers.hl7v2.contexts import GroupContexts
from interop.readers.hl7v2.escapes import unescape
from interop.readers.hl7v2.grammar import Grammar, Node
from interop.readers.hl7v2.lines import KIND
from interop.readers.hl7v2.message import UTF_8, Sender, field_of, read_message, usual_sender
from interop.readers.hl7v2.outline import Outline, Outlines
from interop.readers.hl7v2.reads import ContextReads
from interop.readers.hl7v2.template import Template, Templates

_REMEMBERED = 2_000_000  # numbers and letters that the answers hold, here and in Rust
_SENDER = 100
_MOVE = 20


class Asked:
    """Answers, and the numbers that stand for templates, senders, and places of structures in them.

    `templates` are those that there is something to say of. `size` is how much the answers hold, but for outlines.
    """

    def __init__(self, templates: Templates, charset: Charset, reads: tuple[ContextReads, ...]) -> None:
        self.templates: list[Template] = []
        self.size = 0
        self._known, self._charset, self._outlines = templates, charset, Outlines(reads)
        self._senders: list[Sender] = []
        self._ways: dict[Sender, int] = {}
        self._places: list[tuple[Node, Grammar, GroupContexts]] = []
        self._numbers: dict[Node, int] = {}

    def is_full(self, outlines: int) -> bool:
        """Whether more is remembered than is good, with what outlines hold: then another one takes over."""
        return self.size + outlines > _REMEMBERED

    def sender(self, start: bytes, names: bytes) -> tuple[int, bool] | None:
        """The sender of a message by its first bytes and MSH-18, and whether it is UTF-8; None where it is unusual."""
        self.size += _SENDER + len(names)
        sender = usual_sender(start, names, self._charset)
        return None if sender is None else (self._number(sender), sender.charset.codec == UTF_8)

    def unusual(self, data: bytes) -> tuple[str, int, str] | str:
        """MSH-9, the sender, and the lines with the usual separators of a message; or the code of why not."""
        message = read_message(data, self._charset)
        if isinstance(message, str):
            return message
        return field_of(message, KIND), self._number(message.sender), "\r".join(message.lines)

    def start(self, kind: str) -> tuple[int, str] | None:
        """The place before the first segment of a structure, by MSH-9, and its name; None where none is known."""
        self.size += len(kind)
        structure = self._known.structure(kind)
        if structure is None:
            return None
        grammar, groups = self._known.grammar(structure)
        return self._place(grammar.start, grammar, groups), structure

    def move(self, place: int, name: str) -> tuple[int, int, list[int | None]] | None:
        """The place that a segment has after another one, how many groups stay, the contexts of the new ones' rows.

        None where it has no such place, where its groups have no beginning, and where these stand the other way round.
        """
        self.size += _MOVE
        node, grammar, groups = self._places[place]
        move = grammar.move(node, name)
        if move is None or move.headless or any(map(groups.is_inverted, move.new)):
            return None
        contexts = [context if context is not None and context.parent else None for context in map(groups.of, move.new)]
        numbers = [context.number if context is not None else None for context in contexts]
        return self._place(move.target, grammar, groups), move.keep, numbers

    def template(self, kind: str, heads: str) -> tuple[Outline, str | None, int | None]:
        """What a template puts where, its structure, and its number where there is something to say of it."""
        template = self._known.find(kind, heads)
        number = None
        if template.notices:
            number = len(self.templates)
            self.templates.append(template)
        return self._outlines.of(template), template.structure, number

    def way(self, sender: int) -> tuple[bool, str, str]:
        """Whether a sender has the usual separators; MSH-1 and MSH-2 as it sent them."""
        separators = self._senders[sender].separators
        return separators.usual, separators.field, separators.encoding

    def decoded(self, text: str, sender: int, as_sent: bool) -> str:
        """A text without escape sequences; with the separators of its sender, where it is read as sent."""
        known = self._senders[sender]
        return unescape(known.separators.as_sent(text) if as_sent else text, known.charset)

    def _place(self, node: Node, grammar: Grammar, groups: GroupContexts) -> int:
        number = self._numbers.setdefault(node, len(self._places))
        if number == len(self._places):
            self._places.append((node, grammar, groups))
        return number

    def _number(self, sender: Sender) -> int:
        number = self._ways.setdefault(sender, len(self._senders))
        if number == len(self._senders):
            self.size += _SENDER
            self._senders.append(sender)
        return number
