"""The examples of docs/language.md and docs/hl7v2.md: packages in fenced blocks, and steps in the cells of a table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

PAGE = Path(__file__).resolve().parents[2] / "docs" / "language.md"
MESSAGES = PAGE.with_name("hl7v2.md")
_BLOCK = re.compile(r"^```(\w+) (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_STEP = re.compile(r"`([^`]+)`: (?:`([^`]*)`|null) → (?:`([^`]*)`|null|([A-Z][0-9]{3}))(?:; |$)")

PREAMBLE = """interop: 1
id: zz/{name}
title: An example
version: 0.1.0
status: draft
licence: CC0-1.0
"""
SOURCE = """source:
  format: delimited
  tables:
    row: {}
"""


@dataclass
class Example:
    """A section of the page: the files of a package, its inputs, and what comes of them."""

    title: str
    files: dict[str, str] = field(default_factory=dict)
    inputs: dict[str, str] = field(default_factory=dict)
    output: str = ""
    findings: tuple[str, ...] = ()

    def write(self, root: Path) -> tuple[Path, list[Path]]:
        """Writes the package (and its base) below `root`. Returns its folder and its inputs."""
        folder = root / "zz" / "example"
        card = self.files.get("mapping.yaml", "")
        tables = _tables(card)
        files = dict(self.files)
        base = {name.removeprefix("base/"): files.pop(name) for name in list(files) if name.startswith("base/")}
        whole = card if "source:" in card or base else card + SOURCE
        files["mapping.yaml"] = PREAMBLE.format(name="example") + whole
        for home, texts in ((folder, files), (root / "zz" / "base", base)):
            if texts:
                texts.setdefault("mapping.yaml", PREAMBLE.format(name="base") + SOURCE)
                _write(home, texts)
                if "extends:" not in texts["mapping.yaml"] and tables:
                    _write(home, self._columns(tables))
        _write(root, self.inputs)
        return folder, [root / name for name in self.inputs]

    def _columns(self, tables: list[str]) -> dict[str, str]:
        """source/<table>.csv for each table, from the header of its input."""
        made = {}
        for name, text in self.inputs.items():
            table = Path(name).stem if Path(name).stem in tables else tables[0]
            columns = text.splitlines()[0].split(",")
            made[f"source/{table}.csv"] = "\n".join(
                ["column,required,modifies,title", *(f"{c},,," for c in columns), ""]
            )
        return made


def _tables(card: str) -> list[str]:
    source = yaml.load(card or SOURCE, yaml.BaseLoader).get("source")
    return list(source.get("tables", ())) if source else ["row"]


def _write(home: Path, texts: dict[str, str]) -> None:
    for name, text in texts.items():
        file = home / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def examples(page: Path = PAGE) -> list[Example]:
    """The sections of the page's chapter of examples; files that stand before the first are in all of them."""
    chapter = page.read_text(encoding="utf-8").split("\n## Examples\n")[1]
    shared, *sections = chapter.split("\n### ")
    common = example_of("", shared).files
    return [example_of(*section.split("\n", 1), common) for section in sections]


def example_of(title: str, text: str, common: Mapping[str, str] | None = None) -> Example:
    """The example in the fenced blocks of a text, with the files of `common`."""
    example = Example(title, dict(common or {}))
    for language, name, body in _BLOCK.findall(text):
        if name == "out.ndjson":
            example.output = body
        elif name == "findings":
            example.findings = tuple(body.split())
        elif language in ("csv", "hl7") and "/" not in name:
            example.inputs[name] = body
        else:
            example.files[name] = body
    return example


@dataclass(frozen=True)
class StepExample:
    """One call of a step: text or None before; text, None or the code of a finding after."""

    call: str
    before: str | None
    after: str | None
    code: str


def step_examples() -> Iterator[StepExample]:
    """The examples of the table of steps."""
    for row in section("Steps").splitlines():
        cells = [cell.strip() for cell in row.strip("|").split(" | ")]
        if row.startswith("| `") and len(cells) == 3:
            for call, before, after, code in _STEP.findall(cells[2]):
                yield StepExample(call, before or None, after or None, code)


def section(title: str) -> str:
    """A chapter of the page."""
    return PAGE.read_text(encoding="utf-8").split(f"\n## {title}\n")[1].split("\n## ")[0]
