"""The other pages: generated ones are up to date, names in them exist, links lead somewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import interop

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("mappings/**/*.md")])
SOURCES = {path: path.read_text(encoding="utf-8") for path in sorted((ROOT / "src").rglob("*.py"))}


def test_generated_pages_are_up_to_date() -> None:
    command = [sys.executable, str(ROOT / "scripts" / "build_docs.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def code_names(page: str) -> list[str]:
    """What a page sets in code and that looks like a name of the program: `open_file`, `api.load`, `View`."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    found = set(re.findall(r"`([A-Za-z_][\w./*]*)`", text))
    return sorted(name for name in found if re.search(r"[._/]|^[A-Z][a-z]", name))


@pytest.mark.parametrize("name", code_names("architecture.md"))
def test_architecture_names_what_there_is(name: str) -> None:
    if "/" in name or name.endswith((".py", ".json", ".yaml")):
        roots = (ROOT, ROOT / "src" / "interop", *ROOT.glob("mappings/*/*"))
        assert any(list(root.glob(name.rstrip("/"))) for root in roots) or any(
            name in text for text in SOURCES.values()
        )
    else:
        last = name.rpartition(".")[2]
        defined = re.compile(rf"^ *(def|class) {last}\b|^{last}\b", re.MULTILINE)
        assert any(defined.search(text) for text in SOURCES.values())


def test_changelog_has_this_version() -> None:
    assert f"## {interop.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_decisions_are_all_listed() -> None:
    listed = (ROOT / "docs" / "adr" / "README.md").read_text(encoding="utf-8")
    pages = [page.name for page in sorted((ROOT / "docs" / "adr").glob("0*.md"))]
    assert pages
    assert re.findall(r"\]\((0[^)]+)\)", listed) == pages
