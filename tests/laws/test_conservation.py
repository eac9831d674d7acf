"""Laws of bytes and records: whatever the bytes, each record is converted or in quarantine, with its own bytes."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.job.run import Options

from .profile import law
from .runs import check_quarantine, run_file
from .sources import CHARSETS, files, package

NOISE = st.text('k1|"\n\r \t\0é', max_size=80).map(str.encode)


@st.composite
def inputs(draw: Any) -> tuple[str, bytes]:
    """A charset, and bytes: a file, one with noise behind its header, or nothing that is a file."""
    charset = draw(st.sampled_from(CHARSETS))
    kind = draw(st.integers(0, 5))
    if kind <= 2:
        return charset, draw(files(charset))
    noise = draw(st.one_of(NOISE, st.binary(max_size=80)))
    return charset, (b"KEY|A|B\n" if kind <= 4 else b"") + noise


@pytest.mark.parametrize("name", ["people", "claims"])
def test_every_record_is_accounted_for(name: str) -> None:
    @given(inputs(), st.sampled_from([1, 3, 1000]), st.sampled_from(["flu_1.csv", "flu_1.csv.gz"]))
    @law(120)
    def holds(case: tuple[str, bytes], batch_rows: int, file: str) -> None:
        charset, data = case
        report, left = run_file(package(name, charset), data, Options(shape="bundle", batch_rows=batch_rows), file)
        assert report.broken_laws == []
        assert report.framed == report.counted == report.converted + report.quarantined
        assert report.bytes_in == report.bytes_accounted == len(data)
        assert report.exit_code == (1 if report.quarantined or report.rejected_files else 0)
        bundles = left.files.get("Bundle.ndjson", b"").splitlines()
        assert len(bundles) == report.converted
        assert all(orjson.loads(line)["resourceType"] == "Bundle" for line in bundles)
        check_quarantine(left, data, report.quarantined + report.rejected_files, report.framed)

    holds()
