"""Text as JSON: the one place that escapes."""

from __future__ import annotations

import orjson


def quote(text: str) -> str:
    r"""The text as a JSON string: UTF-8, the shortest escapes.

    >>> quote('say "é"')
    '"say \\"é\\""'
    """
    return orjson.dumps(text).decode()
