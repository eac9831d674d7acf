"""Charsets of messages, by the names of MSH-18 (HL7 table 0211), and bytes to text by them.

Japanese text by ISO 2022 holds bytes of separators inside its characters, and so do Big-5 and GB 18030: a message is
decoded before it is split. Source: HL7 v2.8 chapter 2, MSH-18 and table 0211; ISO-IR numbers by the registry.
"""

from __future__ import annotations

import re
from functools import lru_cache

from interop.immutable import immutable
from interop.spec.charsets import find_any_charset, find_charset

JAPANESE = "iso2022_jp_ext"

_ESCAPE = b"\x1b"
_LATIN = {f"8859{part}": f"iso8859-{part}" for part in (*range(1, 12), *range(13, 17))}
_REGISTRY = {
    f"ISOIR{number}": codec
    for number, codec in {
        "6": "ascii",
        "100": "iso8859-1",
        "101": "iso8859-2",
        "109": "iso8859-3",
        "110": "iso8859-4",
        "144": "iso8859-5",
        "127": "iso8859-6",
        "126": "iso8859-7",
        "138": "iso8859-8",
        "148": "iso8859-9",
        "166": "cp874",
        "192": "utf-8",
        "13": JAPANESE,
        "14": JAPANESE,
        "87": JAPANESE,
        "159": JAPANESE,
    }.items()
}
_NAMES = {
    "ASCII": "ascii",
    "UNICODE": "utf-8",
    "UNICODEUTF8": "utf-8",
    "GB180302000": "gb18030",
    "GB18030": "gb18030",
    "BIG5": "cp950",
    "KSX1001": "cp949",
    **_LATIN,
    **_REGISTRY,
}
_NOISE = re.compile(r"[^A-Z0-9]")
_UNFIT = ("utf-16", "utf-32", "utf-7", "hz")
_KATAKANA = re.compile(rb"[\xa1-\xdf]+")
_LOWER_SEVEN = bytes(range(128)) + bytes(range(128))


@immutable()
class Charset:
    """How the bytes of a message become text. `shifts` is the codec where an escape byte stands among them."""

    codec: str
    shifts: str = ""

    def decode(self, data: bytes) -> str | None:
        """The text, or None where bytes are not of the charset."""
        try:
            if self.codec == JAPANESE or (self.shifts and _ESCAPE in data):
                return _japanese(data).decode(JAPANESE)
            return data.decode(self.codec)
        except UnicodeError:
            return None


@lru_cache(maxsize=1024)
def charset_of(names: str, default: Charset) -> Charset | None:
    """The charset of an MSH-18, whose repetitions are `~` apart; None when its first is not known.

    An empty first is the default. Of the others, those of Japan say what an escape byte means.

    >>> charset_of("~ISO IR87", Charset("utf-8"))
    Charset(codec='utf-8', shifts='iso2022_jp_ext')
    """
    first, *others = names.split("~")
    codec = codec_of(first) if first.strip() else default.codec
    if codec is None:
        return None
    if codec == JAPANESE or any(codec_of(other) == JAPANESE for other in others):
        return Charset(codec, JAPANESE)
    return default if codec == default.codec else Charset(codec)


def codec_of(name: str) -> str | None:
    """Python's codec for a charset by its HL7 or usual name; None when it is unknown, or cannot be told from its bytes.

    >>> codec_of("8859/15"), codec_of("UNICODE UTF-8"), codec_of("CNS 11643-1992")
    ('iso8859-15', 'utf-8', None)
    """
    key = _NOISE.sub("", name.upper())
    if key in _NAMES:
        return _NAMES[key]
    found = find_any_charset(name.strip())
    if found is None or found.startswith(_UNFIT):
        return None
    return JAPANESE if found.startswith("iso2022_jp") else find_charset(found)


def _japanese(data: bytes) -> bytes:
    """The same in seven bits, where the Roman set of JIS X 0201 stands for ASCII: its tilde and yen are separators."""
    data = data.replace(b"\x1b(J", b"\x1b(B")
    if data.isascii():
        return data
    return _KATAKANA.sub(lambda run: b"\x1b(I" + run[0].translate(_LOWER_SEVEN) + b"\x1b(B", data)
