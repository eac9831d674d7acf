"""Law of sameness: the bytes do not hang on the host, its zone, its locale, the hash seed or the number of threads."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

from tests.laws.sampled import SAMPLED
from tests.mapping_cases import ROOT

CONVERT = """
import hashlib, json, sys
from pathlib import Path
from tempfile import TemporaryDirectory
import interop
from interop.job.run import Options, run_job

digests = {}
for name in sys.argv[2:]:
    mapping = interop.load(name)
    inputs = sorted(path for path in (Path(sys.argv[1]) / name).iterdir() if path.suffix != ".md")
    for shape in ("ndjson", "bundle"):
        with TemporaryDirectory() as folder:
            out = Path(folder)
            run_job(mapping.plan, mapping.package.layout, inputs, out, Options(shape=shape, batch_rows=13))
            for path in sorted(out.glob("*.ndjson")):
                digests[f"{name} {shape} {path.name}"] = hashlib.sha256(path.read_bytes()).hexdigest()
print(json.dumps(digests))
"""
EXTENDS = re.compile(r"^extends: [a-z]", re.MULTILINE)  # an overlay runs the rules of its base
OWN = [name for name in SAMPLED if not EXTENDS.search((ROOT / "mappings" / name / "mapping.yaml").read_text())]
HOSTS = (
    {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C.UTF-8", "POLARS_MAX_THREADS": "1"},
    {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LC_ALL": "tr_TR.UTF-8", "POLARS_MAX_THREADS": "2"},
    # no UTF-8 anywhere, and a zone that Python does not know
    {
        "PYTHONHASHSEED": "4711",
        "TZ": "XXX+11:30",
        "LC_ALL": "C",
        "PYTHONCOERCECLOCALE": "0",
        "PYTHONUTF8": "0",
        "POLARS_MAX_THREADS": "2",
    },
)


def begin(host: dict[str, str]) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-c", CONVERT, str(ROOT / "samples"), *OWN]
    return subprocess.Popen(words, env={**os.environ, **host}, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_the_host_changes_no_byte() -> None:
    hosts = [begin(host) for host in HOSTS]  # side by side
    answers = [host.communicate() for host in hosts]
    assert [host.returncode for host in hosts] == [0] * len(HOSTS), [errors for _, errors in answers]
    first, *others = [json.loads(output) for output, _ in answers]
    assert {name.split()[0] for name in first} == set(OWN)
    assert len(first) > 16
    for host, found in zip(HOSTS[1:], others, strict=True):
        assert found == first, host
