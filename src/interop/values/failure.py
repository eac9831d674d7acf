"""What a step gives: text, nothing, or a finding's code. Never the value that was wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from interop.immutable import immutable

__all__ = ["Failure", "Noted", "Outcome", "Step"]


@immutable()
class Failure:
    """The value is null, and `code` (a row of the finding table) says why."""

    code: str


@immutable()
class Noted:
    """The value is `text`, and there is a finding besides: part of it was dropped, or read by a declared policy."""

    text: str | None
    code: str


Outcome: TypeAlias = str | Failure | Noted | None
"""None is "absent, and that is no finding". Text is never empty: a step that leaves nothing gives None."""

Step: TypeAlias = Callable[[str], Outcome]
"""A pure scalar function of text: the same text gives the same outcome, whatever the clock, host or locale."""
