"""The law of silence, tried on runs: canaries go in, and stand nowhere but in the output and in quarantine."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path

import interop
from interop.cli.program import run

INTEROP = Path(sys.executable).with_name("interop")
CANARY = "Qzx{:03d}wvK"  # no date, no number, no code: most columns find fault with it
NOISE = re.compile(rb"Qzx|wvK", re.IGNORECASE)
CHANCE = re.compile(rb"(interop-|pymp-|tmp)[a-z0-9_]{8}")
"""Names by chance, of `tempfile`: one in some thousands has such letters."""

WATCHED = """
import os, sys
log = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
def note(event, words):
    if event == "open" or event.startswith(("os.", "shutil.", "tempfile.", "subprocess.")):
        os.write(log, repr(words).encode() + b"\\n")
sys.addaudithook(note)
from interop.cli import main
main(sys.argv[2:])
"""
"""`interop`, with the names of all files that it and its workers touch written to a file."""

load = cache(interop.load)


def assert_silent(words: list[str | Path], out: Path) -> None:
    """A run to a folder says no canary: on the terminal, in what it writes beside the resources, in any file's name."""
    touched = out.with_name(f"{out.name}-touched")
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, touched, "convert", *words, "-o", out], capture_output=True, check=False
    )
    assert done.returncode in {0, 1}, done.stderr.decode()
    assert done.stdout == b""
    assert not NOISE.search(done.stderr), NOISE.search(done.stderr)
    assert_folder_silent(out)
    names = touched.read_bytes()
    assert b"interop-" in names  # the spool of the run
    assert not NOISE.search(CHANCE.sub(b"", names))


def assert_folder_silent(out: Path) -> None:
    """Nothing in a run's folder says a canary but the resources and the bytes in quarantine; nor do their names."""
    looked_at = set()
    for path in out.rglob("*"):
        assert not NOISE.search(str(path.relative_to(out)).encode())
        if path.is_dir() or path.name[0].isupper():  # of a resource type
            continue
        looked_at.add(path.name)
        for line in path.read_bytes().splitlines():
            if path.name == "records.ndjson":
                entry = json.loads(line)
                del entry["data"]
                line = json.dumps(entry).encode()  # noqa: PLW2901
            assert not NOISE.search(line), path.name
    assert {"report.json", "findings.ndjson"} <= looked_at


def assert_quarantine_silent(out: Path) -> int:
    """`interop quarantine list` and `show` say no canary unless they are told to. Gives how many they showed."""
    count = len((out / "quarantine" / "records.ndjson").read_bytes().splitlines())
    for words in (["list", out], *(["show", out, number] for number in range(1, count + 1))):
        said = io.StringIO()
        with redirect_stdout(said), redirect_stderr(said):
            assert run(["quarantine", *map(str, words)]) == 0
        assert said.getvalue()
        assert not NOISE.search(said.getvalue().encode()), words
    return count


def assert_replay_silent(package: str | Path, out: Path) -> None:
    """`interop quarantine replay` says no canary, and leaves none behind."""
    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        assert run(["quarantine", "replay", str(out), "-m", str(package)]) in {0, 1}
    assert "in quarantine" in said.getvalue()
    assert not NOISE.search(said.getvalue().encode())
    assert_folder_silent(out)


def assert_stream_silent(package: str, file: Path) -> None:
    """From standard input to standard output, nothing but that says a canary."""
    with file.open("rb") as data:
        words = [INTEROP, "convert", "-m", package, "-o", "-", "-"]
        done = subprocess.run(words, stdin=data, capture_output=True, check=False)
    assert done.returncode in {0, 1}
    assert b"records" in done.stderr
    assert not NOISE.search(done.stderr)


def assert_coverage_silent(words: list[str | Path], folder: Path) -> None:
    """`interop coverage` says no canary unless it is told to."""
    csv, html = folder / "ledger.csv", folder / "ledger.html"
    command = [INTEROP, "coverage", "--all", "--csv", csv, "--html", html, *words]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    for text in (done.stdout, done.stderr, csv.read_bytes(), html.read_bytes()):
        assert not NOISE.search(text), NOISE.search(text)
    assert b"fields filled" in done.stdout
