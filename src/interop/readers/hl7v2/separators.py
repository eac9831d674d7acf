r"""The separators of a message, and the few messages that do not use the usual ones.

Everything after this module knows `|^~\&` only: another message's text is rewritten, so that it splits the same.
"""

from __future__ import annotations

import re

from interop.immutable import immutable
from interop.readers.hl7v2.escapes import ESCAPE

FIELD, COMPONENT, REPETITION, SUBCOMPONENT = "|", "^", "~", "&"
USUAL = COMPONENT + REPETITION + ESCAPE + SUBCOMPONENT
TRUNCATION = "#"

_ESCAPED = {mark: f"\\{letter}\\" for mark, letter in zip(FIELD + USUAL, "FSRET", strict=True)}
_LETTERS = "FSRETP"  # of the marks of MSH-1 and MSH-2, in their order


@immutable()
class Separators:
    """MSH-1 and MSH-2 as they were sent. `usual` is false where the text has to be rewritten."""

    field: str = FIELD
    encoding: str = USUAL
    usual: bool = True

    def as_sent(self, text: str) -> str:
        """Text with the usual separators, with those of the message in their places; escapes stay."""
        if self.usual:
            return text
        own = self.field + self.encoding
        pairs = zip(FIELD + COMPONENT + REPETITION, own, strict=False)
        return text.translate({ord(usual): mark for usual, mark in (*pairs, (SUBCOMPONENT, own[4:5] or SUBCOMPONENT))})

    def rewrite(self, text: str) -> str:
        """The message's text with the usual separators. Other characters that look like them are escaped."""
        own = self.field + self.encoding
        usual_of = dict(zip(own[:5], FIELD + USUAL, strict=False))
        escape = re.escape(own[3:4])
        sequence = f"{escape}[{_LETTERS}]{escape}|" if escape else ""
        marks = re.escape("".join(dict.fromkeys(own[:5] + FIELD + USUAL)))

        def rewritten(found: re.Match[str]) -> str:
            part = found[0]
            if len(part) == 1:
                return usual_of.get(part) or _ESCAPED[part]
            at = _LETTERS.index(part[1])
            mark = own[at : at + 1] or (FIELD + USUAL + TRUNCATION)[at]
            return _ESCAPED.get(mark, mark)

        return f"MSH{FIELD}{USUAL}" + re.sub(f"{sequence}[{marks}]", rewritten, text[3 + len(own) :])


def read_separators(line: str) -> Separators | None:
    """The separators of a message by its MSH line; None when it does not name them, or they cannot be told apart."""
    field = line[3:4]
    encoding = line[4:].split(field, 1)[0] if field else ""
    if not 1 <= len(encoding) <= 5:
        return None
    if field == FIELD and encoding in (USUAL, USUAL + TRUNCATION):
        return Separators(field, encoding)
    marks = field + encoding
    if len(set(marks)) < len(marks) or not all(_is_mark(mark) for mark in marks):
        return None
    return Separators(field, encoding, usual=False)


def _is_mark(mark: str) -> bool:
    return mark.isascii() and not mark.isalnum() and mark not in ' \0\r\n\x0b\x1c\x1b"'
