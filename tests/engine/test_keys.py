"""Keys of every length: ids are hashed of them, and what is remembered is found by them."""

from __future__ import annotations

from pathlib import Path

import pytest

from interop.rust import is_there
from tests.engine.test_executors import convert, said
from tests.plans.snippets import write_package

LONGEST = 200  # three blocks of SHA-1 and more
PATIENT = """\
$resource: Patient
$for: row
$id: [NAME]
name:
  - $when: KIND in ('official', 'usual')
    use: KIND
    family: NAME | upper
    given: [OTHER | upper]
    text: "{OTHER} {NAME}"
"""


def texts(length: int) -> list[str]:
    """Texts of a length of which one letter is another: the first, the last, or one in between."""
    plain = "x" * length
    return sorted({plain, *(plain[:at] + "y" + plain[at + 1 :] for at in (0, length // 2, length - 1))})


@pytest.mark.skipif(not is_there(), reason="it was not compiled for this host")
def test_keys_of_every_length_are_told_apart(tmp_path: Path) -> None:
    package = write_package(tmp_path, {"Patient.yaml": PATIENT}, {"row": "NAME OTHER KIND"})
    names = [name for length in range(1, LONGEST) for name in texts(length)]
    rows = [f"{name},{other},usual\n" for name in names for other in ("a", name)]
    data = "".join(["NAME,OTHER,KIND\n", *rows, *rows]).encode()  # twice: then they are remembered
    assert said(convert(package, data, "rust")) == said(convert(package, data, "rows"))
