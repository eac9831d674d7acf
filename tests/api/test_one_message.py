"""One message by `.convert()` gives what a run gives of it, resources of repeated fields among them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import interop
from interop.job.run import Options, run_job
from tests.mapping_cases import ROOT

SAMPLES = sorted((ROOT / "samples" / "intl" / "hl7v2").glob("*.hl7"))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_same_resources(path: Path, tmp_path: Path) -> None:
    mapping = interop.load("intl/hl7v2")
    run_job(mapping.plan, mapping.package.layout, [path], tmp_path, Options(executor="columns"))
    whole = sorted(line for file in tmp_path.glob("[A-Z]*.ndjson") for line in file.read_text().splitlines())
    messages = [
        text for text in re.split(r"(?m)^(?=MSH)", path.read_bytes().decode().replace("\r", "\n")) if text[:3] == "MSH"
    ]
    sent = [re.sub(r"(?m)^(BHS|BTS|FHS|FTS).*\n?", "", message).replace("\n", "\r") for message in messages]
    made = sorted(text for done in mapping.convert_many(sent, file=path.name) for text in done.texts)
    assert len(made) > len(messages)
    assert made == whole
