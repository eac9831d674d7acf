"""The messages of `intl/hl7v2` through python-hl7 (`hl7` on PyPI): parsed, and nothing made of them.

python -m benchmarks.parsers.python_hl7 INPUT OUT
"""

from __future__ import annotations

import sys
from pathlib import Path

import hl7


def parse(source: Path, out: Path) -> int:
    """Parses each message of a file; writes a line with the number of its segments. Returns the number of messages."""
    out.mkdir(parents=True, exist_ok=True)
    count = 0
    with (
        source.open(encoding="utf-8", newline="\r") as segments,
        (out / "messages.ndjson").open("w", encoding="utf-8") as to,
    ):
        message: list[str] = []
        for segment in segments:
            if segment.startswith("MSH") and message:
                count += 1
                to.write(f'{{"segments":{len(hl7.parse("".join(message)))}}}\n')
                message.clear()
            message.append(segment)
        if message:
            count += 1
            to.write(f'{{"segments":{len(hl7.parse("".join(message)))}}}\n')
    return count


if __name__ == "__main__":
    print(parse(Path(sys.argv[1]), Path(sys.argv[2])))
