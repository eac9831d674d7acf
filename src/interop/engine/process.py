"""A process of our own, set for batches. A library leaves its host's process as it is.

Measured on 200,000 rows of mx/covid-linelist with two workers: one arena, whose freed pages go back to the kernel after
three seconds, takes 465 MB in all processes; with pages kept for good it is as fast and takes 550 MB. Huge pages save
two thirds of the page faults and a tenth of the processor time. A garbage collector that looks less often saves a
fiftieth.
"""

from __future__ import annotations

import gc
import os

ALLOCATOR = "_RJEM_MALLOC_CONF"  # read by Polars' jemalloc when it is loaded
PAGES = "narenas:1,dirty_decay_ms:3000,muzzy_decay_ms:0,thp:always"
OBJECTS = 100_000  # new containers before the collector looks at the young ones


def prepare_process() -> None:
    """Sets the allocator, unless the user did, and the collector. To be called before Polars is first imported."""
    os.environ.setdefault(ALLOCATOR, PAGES)
    gc.set_threshold(OBJECTS, 20, 20)
