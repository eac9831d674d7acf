"""The step `base64`: text, or the bytes that hexadecimal digits stand for, as base64."""

from __future__ import annotations

from base64 import b64encode

from interop.values.failure import Failure, Outcome


def base64_text(text: str) -> str | None:
    """The UTF-8 bytes of the text, in base64.

    >>> base64_text("é")
    'w6k='
    """
    return b64encode(text.encode("utf-8", "surrogatepass")).decode("ascii") if text else None


def base64_hex(text: str) -> Outcome:
    """The bytes that pairs of hexadecimal digits stand for, in base64. White space between them is left out.

    Errors: V206 not hexadecimal digits in pairs.

    >>> base64_hex("C3 A9")
    'w6k='
    """
    if not text.isascii():
        return Failure("V206")
    try:
        data = bytes.fromhex("".join(text.split()))
    except ValueError:
        return Failure("V206")
    return b64encode(data).decode("ascii") if data else None
