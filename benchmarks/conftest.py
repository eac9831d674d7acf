"""Options and fixtures of the benchmark suites."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("interop benchmarks")
    group.addoption("--rows", type=int, default=20_000, help="records to convert")
    group.addoption("--folder", type=Path, default=None, help="where inputs are kept and outputs are written")


@pytest.fixture(scope="session")
def rows(request: pytest.FixtureRequest) -> int:
    return int(request.config.getoption("--rows"))


@pytest.fixture(scope="session")
def data(request: pytest.FixtureRequest) -> Path:
    """Where generated inputs are kept from run to run."""
    folder = request.config.getoption("--folder") or Path(tempfile.gettempdir()) / "interop-benchmarks"
    folder.mkdir(parents=True, exist_ok=True)
    return Path(folder)


@pytest.fixture
def scratch(data: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=data) as folder:
        yield Path(folder)
