"""Exit codes of the command. Append-only: a number keeps its meaning for good."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What a run came to. Source: docs/errors.md, Exit codes."""

    CONVERTED = 0
    QUARANTINED = 1
    USAGE = 2
    REFUSED = 3
    STOPPED = 4
    OVER_QUARANTINE = 5
    BUG = 70


MEANINGS: dict[ExitCode, str] = {
    ExitCode.CONVERTED: "all records were converted",
    ExitCode.QUARANTINED: "the run finished; some records are in quarantine",
    ExitCode.USAGE: "the call is wrong: an unknown package, a missing file, two outputs",
    ExitCode.REFUSED: "the mapping is refused; every finding is printed with its place and remedy",
    ExitCode.STOPPED: "the run was stopped before its end: Ctrl-C, a closed pipe, a full disk",
    ExitCode.OVER_QUARANTINE: "the share of records in quarantine is over `--max-quarantine`",
    ExitCode.BUG: "an error of this program; please report it",
}
