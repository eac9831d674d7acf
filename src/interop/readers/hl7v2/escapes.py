"""Escape sequences inside fields. They are decoded after all splitting, once.

Source: HL7 v2.8 chapter 2, Use of escape sequences in text fields.
"""

from __future__ import annotations

import re

from interop.readers.hl7v2.charset import JAPANESE, Charset

ESCAPE = "\\"

_PLAIN = {"F": "|", "S": "^", "T": "&", "R": "~", "E": "\\", "P": "#", "H": "", "N": ""}
_KNOWN = re.compile(
    r"(?P<bytes>(?:\\X(?:[0-9A-Fa-f]{2})+\\)+)"
    r"|\\(?:(?P<plain>[FSTREPHN])|\.(?P<format>(?i:br|ce|sp|sk|in|ti|fi|nf))(?P<count>[+-]?[0-9]{0,3})"
    r"|(?P<shift>C[0-9A-Fa-f]{4}|M[0-9A-Fa-f]{4,6}))\\"
)
PLAIN_SEQUENCE = re.compile(r"\\(?:[FSTREPHN]|\.br)\\")
"""The sequences that are most used: each is its own, whatever the message."""
PLAIN_TEXTS = {f"\\{letter}\\": text for letter, text in _PLAIN.items()} | {"\\.br\\": "\n"}

_HEX = re.compile(r"\\X|\\")


def unescape(text: str, charset: Charset) -> str:
    r"""The text without escape sequences. What is none, is of the sender, or cannot be decoded stays as it is.

    >>> unescape(r"A \T\ B\.br\C \XC3A9" + ESCAPE, Charset("utf-8"))
    'A & B\nC é'
    """

    def decoded(found: re.Match[str]) -> str:
        if found["plain"] is not None:
            return _PLAIN[found["plain"]]
        if found["bytes"] is not None:
            text = _from_bytes(found["bytes"], charset)
            return found[0] if text is None else text
        return "" if found["shift"] is not None else _format(found["format"].lower(), found["count"])

    return _KNOWN.sub(decoded, text)


def is_sound(text: str, charset: Charset) -> bool:
    """Whether every escape character of the text belongs to a sequence that could be decoded."""
    for found in _KNOWN.finditer(text):
        if found["shift"] is not None or (found["bytes"] is not None and _from_bytes(found["bytes"], charset) is None):
            return False
    return ESCAPE not in _KNOWN.sub("", text)


def _from_bytes(sequences: str, charset: Charset) -> str | None:
    r"""Adjacent `\X..\` sequences as text: bytes of one character may be in two of them."""
    data = bytes.fromhex(_HEX.sub("", sequences))
    if b"\0" in data:
        return None
    return (Charset(JAPANESE) if b"\x1b" in data and charset.shifts else charset).decode(data)


def _format(command: str, count: str) -> str:
    """A formatting command: line ends and spaces; indents and fill modes are not text."""
    times = min(abs(int(count)), 80) if count.strip("+-") else 1
    match command:
        case "br" | "ce":
            return "\n"
        case "sp":
            return "\n" * times
        case "sk":
            return " " * times
        case _:
            return ""
