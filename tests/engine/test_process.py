"""Workers compute with one thread each, unless the user says otherwise."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

ASKED = """
import polars
from interop.engine.process import prepare_worker
prepare_worker()
print(polars.thread_pool_size())
"""


@pytest.mark.parametrize(("set_by_user", "threads"), [(None, "1"), ("3", "3")])
def test_polars_has_one_thread_though_it_is_loaded(set_by_user: str | None, threads: str) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "POLARS_MAX_THREADS"}
    if set_by_user is not None:
        environment["POLARS_MAX_THREADS"] = set_by_user
    told = subprocess.run([sys.executable, "-c", ASKED], env=environment, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == threads
