"""Charsets that a source may declare.

Delimited files are cut before they are decoded: theirs are those where ASCII bytes are ASCII characters, and no byte
changes a state.
"""

from __future__ import annotations

import codecs
import re

_STATEFUL = ("unicode-escape", "raw-unicode-escape", "idna", "punycode", "utf-8-sig")
_WINDOWS = re.compile(r"windows[-_](\d+)", re.IGNORECASE)


def find_any_charset(name: str) -> str | None:
    """Python's name of any charset of text, those with states included; None when it is unknown.

    >>> find_any_charset("ISO-2022-JP")
    'iso2022_jp'
    """
    try:
        codec = codecs.lookup(_WINDOWS.sub(r"cp\1", name))
    except (LookupError, ValueError):
        return None
    return codec.name if codec._is_text_encoding else None


def find_charset(name: str) -> str | None:
    """Python's name of the charset; None when it is unknown or no superset of ASCII.

    >>> find_charset("windows-874")
    'cp874'
    >>> find_charset("utf-16") is None
    True
    """
    found = find_any_charset(name)
    if found is None or found in _STATEFUL or found.startswith("iso2022"):
        return None
    codec = codecs.lookup(found)
    ascii_bytes = bytes(range(128))
    try:
        text, _ = codec.decode(ascii_bytes)
    except (UnicodeError, LookupError):
        return None
    return codec.name if text == ascii_bytes.decode("ascii") else None
