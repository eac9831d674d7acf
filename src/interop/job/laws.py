"""The laws of a run that are checked at its end (design: bytes and records)."""

from __future__ import annotations

from interop.job.report import Report


def check_laws(report: Report) -> list[str]:
    """The laws that do not hold, in words; empty when all do."""
    broken = []
    if report.framed != report.converted + report.quarantined + report.left_out:
        left_out = f" + {report.left_out} left out" if report.left_out else ""
        broken.append(
            f"records: {report.framed} framed, but {report.converted} converted + {report.quarantined} quarantined"
            + left_out
        )
    if report.cut:  # nobody has seen the end of the input
        return broken
    if report.framed != report.counted:
        broken.append(f"records: {report.framed} framed, but an independent count has {report.counted}")
    if report.bytes_in != report.bytes_accounted:
        broken.append(
            f"bytes: {report.bytes_in} read, but records and what is between them have {report.bytes_accounted}"
        )
    return broken
