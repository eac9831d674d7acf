"""A small package of our own, and the command run in this process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from interop.cli.program import run

Rows = Callable[..., Path]


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    code: int
    out: bytes
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.decode().splitlines()


@pytest.fixture
def interop(capfdbinary: pytest.CaptureFixture[bytes]) -> Callable[..., Done]:
    """Runs `interop` with these words."""

    def call(*words: object) -> Done:
        capfdbinary.readouterr()
        code = run([str(word) for word in words])
        captured = capfdbinary.readouterr()
        return Done(code, captured.out, captured.err.decode())

    return call


@pytest.fixture
def clinic(tmp_path: Path, interop: Callable[..., Done]) -> Path:
    """The package that `interop new` writes."""
    folder = tmp_path / "maps" / "zz" / "clinic"
    assert interop("new", "zz/clinic", "-o", folder).code == 0
    return folder


@pytest.fixture
def rows(tmp_path: Path) -> Rows:
    """Writes a file of the clinic's rows."""

    def write(*lines: str, name: str = "clinic.csv") -> Path:
        file = tmp_path / name
        file.write_text("\n".join(["NUMBER,FAMILY,GIVEN,SEX,BORN,NOTE", *lines, ""]), encoding="utf-8")
        return file

    return write
