"""The step `hash`. It shortens and normalises a value; it does not hide one (docs/clarifications.md#hashes)."""

from __future__ import annotations

from hashlib import sha256


def hash_text(text: str) -> str | None:
    """SHA-256 of the UTF-8 bytes, in 64 lower-case hexadecimal digits.

    >>> hash_text("abc")[:8]
    'ba7816bf'
    """
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest() if text else None
