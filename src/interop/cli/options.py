"""Options that several commands share, and words that they are made of."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import click

from interop.errors import UsageError
from interop.limits import KIB, MIB, Limits

mappings_option = click.option(
    "--mappings",
    multiple=True,
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder with further mapping packages. May be given more than once.",
)

_SIZES = {"": 1, "KiB": KIB, "MiB": MIB, "GiB": 1024 * MIB}
_RAISE = re.compile(r"(\w+)=([0-9]{1,15})(KiB|MiB|GiB|)")


def raise_limits(words: Iterable[str]) -> Limits:
    """Limits from words: `record_bytes=128MiB`, `columns=10000`.

    Raises:
        UsageError: No limit of that name, no number, or one that is not above the default.

    >>> raise_limits(["columns=10000"]).columns
    10000
    """
    limits = Limits()
    for word in words:
        found = _RAISE.fullmatch(word)
        if found is None:
            raise UsageError(f"cannot read `--raise {word}`: write NAME=NUMBER, or NAME=NUMBER and KiB, MiB or GiB")
        name, number, size = found.groups()
        if name not in Limits.__slots__:
            raise UsageError(f"no limit `{name}`; there are: {', '.join(Limits.__slots__)}")
        value, default = int(number) * _SIZES[size], getattr(Limits(), name)
        if value <= default:
            raise UsageError(f"{name} is {default:,} by default: name more, or leave it")
        limits = replace(limits, **{name: value})
    return limits
