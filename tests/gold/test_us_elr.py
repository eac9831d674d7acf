"""US laboratory messages, a field or a datatype each, and what their authority makes of them. One run converts all."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from interop.job.run import Options, run_job
from tests.mapping_cases import ROOT, load

from .corpora import corpus, scoring_tool

CORPUS = "us-hl7v2-reportstream"
SHOW = "import sys; from pathlib import Path; print(Path(sys.argv[1], *Path(sys.argv[2]).parts[-3:]).read_text())"


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the Bundle of each message, at the last three parts of its file's path."""
    sources = [
        corpus(CORPUS) / pair["source"] for pair in json.loads((corpus(CORPUS) / "corpus.json").read_text())["pairs"]
    ]
    mapping = load(ROOT / "mappings" / "us" / "elr")
    stream = io.BytesIO()
    run_job(mapping.plan, mapping.package.layout, sources, None, Options(shape="bundle"), stdout=stream)
    lines = stream.getvalue().splitlines()
    assert len(lines) == len(sources), "no message in quarantine"
    folder = tmp_path_factory.mktemp("elr")
    for source, line in zip(sources, lines, strict=True):
        path = folder.joinpath(*source.parts[-3:])
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(line)
    return folder


def test_score(converted: Path) -> None:
    command = [sys.executable, "-c", SHOW, str(converted), "{}"]
    done = subprocess.run(
        [sys.executable, str(scoring_tool()), "score", str(corpus(CORPUS)), "--json", "--", *command],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    score = json.loads(done.stdout)
    assert score["without_output"] == 0
    assert score["recall"] >= 0.74
    assert score["precision"] >= 0.62
    assert score["meaning"] >= 0.90
