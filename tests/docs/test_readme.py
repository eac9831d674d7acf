"""README.md tells the truth: its mapping, its commands and its Python run."""

from __future__ import annotations

import doctest
import io
import json
import re
import shlex
import shutil
from pathlib import Path

import pytest

import interop
from interop.cli.exit_codes import ExitCode
from interop.cli.program import cli, run
from interop.job.run import run_job

from .examples import example_of

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLE = example_of("README", TEXT)
COMMANDS = [
    line.split("#")[0].strip()
    for block in re.findall(r"^```sh\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    for line in block.splitlines()
]


def test_mapping_that_is_explained(tmp_path: Path) -> None:
    folder, inputs = EXAMPLE.write(tmp_path)
    mapping = interop.load(folder)
    out = io.BytesIO()
    report = run_job(mapping.plan, mapping.package.layout, inputs, None, stdout=out)
    assert out.getvalue().decode() == EXAMPLE.output
    assert tuple(report.findings) == EXAMPLE.findings


def test_finding_that_is_shown(tmp_path: Path) -> None:
    folder, inputs = EXAMPLE.write(tmp_path)
    mapping = interop.load(folder)
    report = run_job(mapping.plan, mapping.package.layout, inputs, None, stdout=io.BytesIO())
    (finding,) = report.samples["C301"]
    shown = str(finding).replace(str(folder), "mappings/zz/clinic")
    assert f"```text\n{shown}\n```" in TEXT


def test_python() -> None:
    blocks = re.findall(r"^```pycon\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    assert blocks
    for block in blocks:
        test = doctest.DocTestParser().get_doctest(block, {}, "README.md", "README.md", 0)
        assert doctest.DocTestRunner().run(test).failed == 0


@pytest.mark.parametrize("line", [line for line in COMMANDS if line.startswith("interop ")])
def test_command(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(ROOT / "samples" / "uk" / "immunisation", tmp_path / "samples" / "uk" / "immunisation")
    (tmp_path / "schemas").mkdir()
    monkeypatch.chdir(tmp_path)
    words, _, target = line.partition(" > ")
    given = [str(path) for word in shlex.split(words)[1:] for path in (sorted(Path().glob(word)) or [word])]
    assert run(given) == ExitCode.CONVERTED
    if target:
        assert json.loads(capfd.readouterr().out)["$schema"]


def test_make_targets_are_there() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"(?:^|`)make ([a-z0-9]+)\b", TEXT, re.MULTILINE))
    assert {"demo", "test", "bench", "r4"} <= named
    assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in named)


def test_commands_are_there() -> None:
    named = set(re.findall(r"`?interop ([a-z]+)\b", "\n".join(re.findall(r"`interop [^`]+`", TEXT))))
    assert named
    assert named <= set(cli.commands)


def test_exit_codes_are_all_there() -> None:
    table = TEXT.split("## Exit codes")[1]
    assert re.findall(r"^\| (\d+) \|", table, re.MULTILINE) == [str(code.value) for code in ExitCode]


def test_mappings_are_all_there() -> None:
    table = TEXT.split("\n## Mappings\n")[1].split("\n## ")[0]
    assert sorted(re.findall(r"^\| `([^`]+)`", table, re.MULTILINE)) == [
        f"{card.parent.parent.name}/{card.parent.name}" for card in sorted(ROOT.glob("mappings/*/*/mapping.yaml"))
    ]
