"""Options that several tests share."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--accept",
        action="store_true",
        help="write what the row executor gives as the expected files of the mapping tests; then read the difference",
    )
