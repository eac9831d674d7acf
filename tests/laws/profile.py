"""How hard the laws are tried: the same examples on every run of the tests, many and new ones with
`HYPOTHESIS_PROFILE=nightly`.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

NIGHTLY = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"
TIMES = 40  # as many examples by night


def law(examples: int) -> settings:
    """The settings of a law that is tried on so many examples."""
    return settings(
        max_examples=examples * (TIMES if NIGHTLY else 1),
        derandomize=not NIGHTLY,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
    )
