"""Law of sameness, file to file: the same bytes in every file of the output, whichever executor and batch size."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.job.run import Options

from .profile import law
from .runs import run_file
from .sources import CHARSETS, files, package

SIZES = (1, 7, 100_000)


@st.composite
def inputs(draw: Any) -> tuple[str, bytes, str]:
    """A charset, a file in it, and the file's name."""
    charset = draw(st.sampled_from(CHARSETS))
    return charset, draw(files(charset)), draw(st.sampled_from(["flu_1.csv", "flu_1.csv", "other", "flu_1.csv.gz"]))


@pytest.mark.parametrize("name", ["people", "claims"])
@pytest.mark.parametrize("shape", ["ndjson", "bundle"])
def test_files_agree(name: str, shape: Any) -> None:
    @given(inputs())
    @law(40)
    def holds(case: tuple[str, bytes, str]) -> None:
        charset, data, file = case
        mapping = package(name, charset)
        report, expected = run_file(mapping, data, Options(executor="rows", shape=shape), file)
        assert report.exit_code in {0, 1}
        for executor in ("columns", "rows"):
            for size in SIZES:
                options = Options(executor=executor, batch_rows=size, shape=shape)  # type: ignore[arg-type]
                _, found = run_file(mapping, data, options, file)
                assert found.files == expected.files, (executor, size)
                assert found.report == expected.report, (executor, size)

    holds()
