"""Runs the suites, prints the tables, and keeps them: `python -m benchmarks --rows 1000000`."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.report import added, disagreements, markdown, measured, print_tables

HERE = Path(__file__).resolve().parent


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--rows", type=int, default=1_000_000, help="records of each suite")
    words.add_argument("--suites", default="", help="only tests whose name holds this text (pytest -k)")
    words.add_argument("--folder", help="where inputs are kept and outputs are written; some 11 KB a record")
    words.add_argument("--add", action="store_true", help="keep the results that are there of suites that are not run")
    words.add_argument("--no-record", action="store_true", help="keep no results in benchmarks/results")
    options = words.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder) / "benchmark.json"
        command = [sys.executable, "-m", "pytest", str(HERE), "-q", "--benchmark-quiet", f"--benchmark-json={raw}"]
        command += [f"--rows={options.rows}", *([f"--folder={options.folder}"] if options.folder else [])]
        command += ["-k", options.suites] if options.suites else []
        failed = subprocess.run(command, cwd=HERE.parent, check=False).returncode
        if not raw.exists() or not raw.stat().st_size:
            return failed or 1
        results = measured(json.loads(raw.read_text(encoding="utf-8")))
    print_tables(results)
    for text in disagreements(results):
        print(text)
        failed = 1
    if not options.no_record and not failed:
        home = HERE / "results"
        home.mkdir(exist_ok=True)
        if options.add:
            results = added(json.loads((home / "latest.json").read_text(encoding="utf-8")), results)
        (home / "latest.json").write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
        (home / "latest.md").write_text(markdown(results), encoding="utf-8")
        print(f"kept in {home.relative_to(HERE.parent)}")
    return failed


if __name__ == "__main__":
    sys.exit(main())
