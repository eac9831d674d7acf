"""Charsets by the name that a layout declares.

Shift_JIS is read as Windows code page 932, its superset, as the WHATWG Encoding Standard has it.
"""

from __future__ import annotations

import codecs

from interop.errors import UsageError
from interop.spec.charsets import find_charset

_READ_AS = {"shift_jis": "cp932"}


def codec_of(charset: str) -> str:
    """Python's codec for a declared charset.

    Raises:
        UsageError: It is unknown, or no superset of ASCII.

    >>> codec_of("Shift_JIS"), codec_of("windows-874"), codec_of("UTF-8")
    ('cp932', 'cp874', 'utf-8')
    """
    found = find_charset(charset)
    if found is None:
        raise UsageError(f"charset `{charset}` is unknown, or no superset of ASCII")
    return codecs.lookup(_READ_AS.get(found, found)).name
