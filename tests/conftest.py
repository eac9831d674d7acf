"""Options that several tests share."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

# no test is timed: a host that is busy elsewhere for a moment is no fault of what is tested
settings.register_profile("untimed", parent=settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

os.environ["INTEROP_CACHE"] = "0"  # a test is of the package as it is now, and leaves nothing with who runs it


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--accept",
        action="store_true",
        help="write what the row executor gives as the expected files of the mapping tests; then read the difference",
    )
