"""How often each source field is filled: what a reader counts, whether a mapping reads the field or not."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Census:
    """The fields of the records that one sender has in one file.

    Args:
        file: Its name.
        sender: As the records say; empty where the format has none. It is a value of the data.
        records: Of a delimited file its rows.
        filled: Source path (`row.SEX`, `PID-8`): records in which it is not empty.
        repeated: Source path: records in which it has several repetitions.
        parts: Source path and component (`PID-3.4`): records in which it is not empty in some repetition. Empty where
            the format's fields have no parts.
    """

    file: str
    sender: str = ""
    records: int = 0
    filled: Counter[str] = field(default_factory=Counter)
    repeated: Counter[str] = field(default_factory=Counter)
    parts: Counter[str] = field(default_factory=Counter)
