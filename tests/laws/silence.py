"""The law of silence, tried on runs: canaries go in, and stand nowhere but in the output and in quarantine."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import interop

INTEROP = Path(sys.executable).with_name("interop")
CANARY = "Qzx{:03d}wvK"  # no date, no number, no code: most columns find fault with it
NOISE = re.compile(rb"Qzx|wvK", re.IGNORECASE)

load = cache(interop.load)


def assert_silent(words: list[str | Path], out: Path) -> None:
    """A run to a folder says no canary, on the terminal, in its reports, in the names of its files."""
    done = subprocess.run([INTEROP, "convert", *words, "-o", out], capture_output=True, check=False)
    assert done.returncode in {0, 1}, done.stderr.decode()
    assert done.stdout == b""
    assert not NOISE.search(done.stderr), NOISE.search(done.stderr)
    for name in ("report.json", "findings.ndjson"):
        assert not NOISE.search((out / name).read_bytes()), name
    for path in out.rglob("*"):
        assert not NOISE.search(str(path.relative_to(out)).encode())
        entries = path.read_bytes().splitlines() if path.name == "records.ndjson" else []
        for entry in map(json.loads, entries):
            del entry["data"]
            assert not NOISE.search(json.dumps(entry).encode())


def assert_coverage_silent(words: list[str | Path], folder: Path) -> None:
    """`interop coverage` says no canary unless it is told to."""
    csv, html = folder / "ledger.csv", folder / "ledger.html"
    command = [INTEROP, "coverage", "--all", "--csv", csv, "--html", html, *words]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    for text in (done.stdout, done.stderr, csv.read_bytes(), html.read_bytes()):
        assert not NOISE.search(text), NOISE.search(text)
    assert b"fields filled" in done.stdout
