"""The sections of docs/clarifications.md that the steps and the page itself name are there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "clarifications.md").read_text("utf-8")
SECTIONS = {title.lower().replace(" ", "-") for title in re.findall(r"^### (.+)$", PAGE, re.MULTILINE)}


def test_sections_that_the_steps_name_are_there() -> None:
    texts = [path.read_text("utf-8") for path in sorted((ROOT / "src" / "interop" / "values").glob("*.py"))]
    named = {name for text in texts for name in re.findall(r"clarifications\.md#([a-z0-9-]+)", text)}
    assert named
    assert named <= SECTIONS


def test_links_inside_the_page_lead_somewhere() -> None:
    links = set(re.findall(r"\]\(#([a-z0-9-]+)\)", PAGE))
    assert links
    assert links <= SECTIONS
