"""Memory of a process and all that it started, shared pages counted once (PSS, Linux)."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

PROCESSES = Path("/proc")
INTERVAL = 0.2  # seconds between looks: one costs some milliseconds


def tree_memory(pid: int) -> int:
    """Bytes of a process and its descendants now; 0 where the system does not tell."""
    family = [pid]
    for one in family:
        family.extend(_children(one))
    return sum(map(_proportional, family))


def wait_watching(process: subprocess.Popen[bytes], seconds: float | None = None) -> tuple[int, bool]:
    """Waits for a process, or so many seconds. Gives the peak of its tree's memory, and whether it has ended."""
    until = None if seconds is None else time.monotonic() + seconds
    peak = 0
    while True:
        peak = max(peak, tree_memory(process.pid))
        left = INTERVAL if until is None else min(INTERVAL, until - time.monotonic())
        if left <= 0:
            return peak, False
        try:
            process.wait(left)
        except subprocess.TimeoutExpired:
            continue
        return peak, True


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for task in _paths(PROCESSES / str(pid) / "task"):
        try:
            found += map(int, (task / "children").read_text().split())
        except OSError:
            continue
    return found


def _paths(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _proportional(pid: int) -> int:
    try:
        lines = (PROCESSES / str(pid) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
