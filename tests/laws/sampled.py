"""The packages that have samples, and these: told without loading one."""

from __future__ import annotations

import re
from pathlib import Path

from interop.find import packages
from tests.mapping_cases import ROOT


def samples(package: str) -> list[Path]:
    folder = ROOT / "samples" / package
    return sorted(path for path in folder.glob("*") if path.suffix != ".md")


def of_messages(package: str) -> bool:
    """Whether a package's samples are HL7 v2."""
    return any(b"MSH|" in path.read_bytes() for path in samples(package))


SAMPLED = tuple(ref.id for ref in packages() if samples(ref.id))
_EXTENDS = re.compile(r"^extends: [a-z]", re.MULTILINE)
OWN = tuple(name for name in SAMPLED if not _EXTENDS.search((ROOT / "mappings" / name / "mapping.yaml").read_text()))
"""Those with rules of their own: an overlay runs the rules of its base."""
