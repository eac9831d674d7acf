"""Where the public records are that the project is measured against. They are not part of it.

The environment variable INTEROP_CORPORA names their folder; else it is `../shared/corpora` beside the repository. The
scoring tool stands in `../tools/gold` from there. What is not there is skipped.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CORPORA = Path(os.environ.get("INTEROP_CORPORA") or ROOT.parent / "shared" / "corpora")
TOOL = CORPORA.parent / "tools" / "gold"


def corpus(name: str) -> Path:
    """The folder of a corpus; skips the test when it is not there."""
    folder = CORPORA / name
    if not folder.is_dir():
        pytest.skip(f"corpus {name} is not there: set INTEROP_CORPORA to the folder of the corpora")
    return folder


def scoring_tool() -> Path:
    """The scoring tool; skips the test when it is not there."""
    if not TOOL.is_file():
        pytest.skip("the scoring tool `gold` is not beside the corpora")
    return TOOL
