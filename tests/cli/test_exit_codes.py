"""Exit codes are pinned, and an unexpected error prints none of its text."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest

from interop.cli import program
from interop.cli.exit_codes import MEANINGS, ExitCode
from interop.errors import UsageError

INTEROP = Path(sys.executable).with_name("interop")


def test_numbers_never_change() -> None:
    assert {code.name: code.value for code in ExitCode} == {
        "CONVERTED": 0,
        "QUARANTINED": 1,
        "USAGE": 2,
        "REFUSED": 3,
        "STOPPED": 4,
        "OVER_QUARANTINE": 5,
        "BUG": 70,
    }
    assert set(MEANINGS) == set(ExitCode)


class Panic(BaseException):
    """As polars' own, which is no Exception."""


def raising(error: BaseException):
    @click.command()
    def command() -> None:
        raise error

    return command


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError("two outputs"), 2),
        (KeyboardInterrupt(), 4),
        (OSError(errno.ENOSPC, "No space left on device", "out/Patient.ndjson"), 4),
        (ValueError("could not parse 'Zebedee'"), 70),
        (Panic("could not parse 'Zebedee'"), 70),
        (MemoryError(), 70),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else str(value),
)
def test_exception_to_exit_code(monkeypatch, capsys, error, code) -> None:
    monkeypatch.setattr(program, "cli", raising(error))
    assert program.run([]) == code
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "Zebedee" not in captured.err
    assert "Traceback" not in captured.err


def test_bug_says_what_it_is_and_where(monkeypatch, capsys) -> None:
    monkeypatch.setattr(program, "cli", raising(ValueError("Zebedee")))
    program.run([])
    err = capsys.readouterr().err
    assert "ValueError" in err
    assert "interop.cli.program:" in err
    assert "INTEROP_DEBUG=1" in err


def test_traceback_only_when_asked_for(monkeypatch, capsys) -> None:
    monkeypatch.setenv("INTEROP_DEBUG", "1")
    monkeypatch.setattr(program, "cli", raising(ValueError("Zebedee")))
    assert program.run([]) == 70
    assert "Traceback" in capsys.readouterr().err


def test_closed_pipe_is_exit_code_4() -> None:
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run([INTEROP, "schema", "resource"], stdout=write, stderr=subprocess.PIPE, check=False)
    os.close(write)
    assert done.returncode == 4
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_is_exit_code_4(tmp_path, number) -> None:
    """The command waits for standard input, which never ends."""
    words = [INTEROP, "convert", "-m", "uk/immunisation", "-o", tmp_path / "out", "-"]
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        assert process.stdin is not None
        deadline = time.monotonic() + 60
        while not (tmp_path / "out").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(number)
        _, err = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 4
    assert b"Stopped" in err
    assert b"Traceback" not in err
