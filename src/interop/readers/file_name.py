"""What a file's name says: the values that `source.file` names, and whether a glob fits it."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from functools import lru_cache

from interop.readers.streams import plain_name

_HOLE = re.compile(r"\{(\w+)\}|(\*)|(\?)")


def file_values(name: str, pattern: str | None) -> dict[str, str] | None:
    """`name`, and the values of the pattern's names; None when the name does not fit the pattern.

    Case does not matter, and the extension only where the pattern has one; `*` is any text, `?` any character.

    >>> file_values("RSV_Vaccinations_v5_20240101.csv.gz", "{disease}_Vaccinations_v5_*")
    {'name': 'RSV_Vaccinations_v5_20240101.csv', 'disease': 'RSV'}
    """
    plain = plain_name(name)
    if pattern is None:
        return {"name": plain}
    compiled = _compile(pattern)
    found = compiled.fullmatch(_stem(plain)) or compiled.fullmatch(plain)
    return {"name": plain} | found.groupdict() if found else None


def fits(name: str, glob: str) -> bool:
    """Whether a file's name, with or without its extension, fits a glob; case does not matter."""
    plain, pattern = plain_name(name).lower(), glob.lower()
    return fnmatchcase(plain, pattern) or fnmatchcase(_stem(plain), pattern)


def _stem(name: str) -> str:
    stem, dot, _ = name.rpartition(".")
    return stem if dot and stem else name


@lru_cache(maxsize=32)
def _compile(pattern: str) -> re.Pattern[str]:
    parts: list[str] = []
    position = 0
    for hole in _HOLE.finditer(pattern):
        parts.append(re.escape(pattern[position : hole.start()]))
        parts.append(f"(?P<{hole[1]}>.+?)" if hole[1] else ".*" if hole[2] else ".")
        position = hole.end()
    parts.append(re.escape(pattern[position:]))
    return re.compile("".join(parts), re.IGNORECASE | re.DOTALL)
