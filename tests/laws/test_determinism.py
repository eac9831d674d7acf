"""Law of sameness: the bytes do not hang on the host, its zone, its locale, the hash seed, the number of threads and
workers, or the size of batches.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from tests.hostile.mutants import mutants, seeds
from tests.laws.sampled import OWN
from tests.laws.silence import load
from tests.mapping_cases import ROOT

CONVERT = """
import hashlib, json, sys
from pathlib import Path
from tempfile import TemporaryDirectory
import interop
from interop.job.run import Options, run_job
from tests.laws.runs import left_in

if __name__ == "__main__":
    digests = {}
    how = json.loads(sys.argv[2])
    for name in sys.argv[3:]:
        mapping = interop.load(name)
        inputs = sorted((Path(sys.argv[1]) / name).iterdir())
        for shape in ("ndjson", "bundle"):
            with TemporaryDirectory() as folder:
                out = Path(folder)
                run_job(mapping.plan, mapping.package.layout, inputs, out, Options(shape=shape, part_bytes=9000, **how))
                left = left_in(out)
                for path, data in left.files.items():
                    digests[f"{name} {shape} {path}"] = hashlib.sha256(data).hexdigest()
                del left.report["workers"]
                digests[f"{name} {shape} report.json"] = json.dumps(left.report, sort_keys=True)
    print(json.dumps(digests))
"""
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


WAYS = ({"batch_rows": 33}, {"workers": 2, "batch_rows": 50}, {"executor": "columns", "workers": 1})
BAD = 60  # damaged records


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The samples of each package, and beside them one that is damaged."""
    folder = tmp_path_factory.mktemp("inputs")
    for name in OWN:
        (folder / name).mkdir(parents=True)
        first, *_ = found = seeds(load(name))
        for seed in found:
            (folder / name / seed.name).write_bytes(seed.head + b"".join(seed.records))
        damaged = mutants(Random(name), first, BAD)
        (folder / name / f"x{first.name}").write_bytes(first.head + b"".join(damaged[1:]))
    return folder


def begin(inputs: Path, host: dict[str, str], how: dict[str, object]) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-c", CONVERT, str(inputs), json.dumps(how), *OWN]
    environment = {**os.environ, **host, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_the_host_changes_no_byte(inputs: Path) -> None:
    hosts = [begin(inputs, host, how) for host, how in zip(HOSTS, WAYS, strict=True)]  # side by side
    answers = [host.communicate() for host in hosts]
    assert [host.returncode for host in hosts] == [0] * len(HOSTS), [errors for _, errors in answers]
    first, *others = [json.loads(output) for output, _ in answers]
    assert {name.split()[0] for name in first} == set(OWN)
    files = {name.split()[2] for name in first}
    assert {"Patient-00001.ndjson", "findings.ndjson", "quarantine/records.ndjson", "report.json"} <= files
    assert len([name for name in first if name.startswith("intl/hl7v2 ndjson Patient-")]) > 1  # parts
    for host, found in zip(HOSTS[1:], others, strict=True):
        assert found == first, (host, [name for name in first if found.get(name) != first[name]])
