"""What is made beside a process is what it would make itself; whatever ends the other process, it makes it then."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

import pytest

from interop.job import forking
from interop.job.forking import beside

pytestmark = pytest.mark.skipif(not forking.TASKS.exists(), reason="processes are not forked here")

CALL = """
import os, signal, sys
from interop.job.forking import beside
here = os.getpid()

def make():
    if os.getpid() != here:
        {there}
    return os.getpid(), "x" * 1_000_000

{before}
process, text = beside(make)()
print("here" if process == here else "there", len(text))
"""


def told(there: str = "pass", before: str = "") -> str:
    """Where it was made, and how long it is; in a process of one thread."""
    code = CALL.format(there=there, before=before)
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def test_another_process_makes_it() -> None:
    assert told() == "there 1000000"


@pytest.mark.parametrize(
    "there",
    [
        "raise ValueError('of a value')",
        "sys.exit(0)",
        "os._exit(1)",
        "os.kill(os.getpid(), signal.SIGKILL)",
        "return lambda: 'nothing that can be sent'",
    ],
)
def test_what_ends_the_other_process_costs_nothing(there: str) -> None:
    assert told(there) == "here 1000000"


def test_the_other_process_says_nothing() -> None:
    code = CALL.format(there="raise ValueError('of a value')", before="")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == ""


def test_nobody_waits_for_children() -> None:
    assert told(before="signal.signal(signal.SIGCHLD, signal.SIG_IGN)") == "here 1000000"


def test_what_is_wrong_is_raised_here() -> None:
    code = CALL.format(there="pass", before="make = lambda: 1 / 0")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.count("ZeroDivisionError") == 1


def test_a_process_with_threads_makes_it_itself() -> None:
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        assert beside(os.getpid)() == os.getpid()
    finally:
        done.set()
        thread.join()
