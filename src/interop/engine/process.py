"""A process of our own, set for batches. A library leaves its host's process as it is.

Measured with two workers, in all processes, on a million rows of mx/covid-linelist and 100,000 messages of intl/hl7v2:
one arena, whose freed pages go back to the kernel after 3 s, takes 430 and 690 MB; after 1 s, 425 and 683 MB, twice the
page faults and 1.6 s more of processor time in 32 s; after 0.3 s, 414 and 662 MB, four times the page faults and 3.5 s
more. With pages kept for good it is 550 MB of mx/covid-linelist; at once takes half as long again. Huge pages save two
thirds of the page faults and a tenth of the processor time. A garbage collector that looks less often saves a fiftieth.
"""

from __future__ import annotations

import gc
import os

ALLOCATOR = "_RJEM_MALLOC_CONF"  # read by Polars' jemalloc when it is loaded
PAGES = "narenas:1,dirty_decay_ms:3000,muzzy_decay_ms:0,thp:always"
THREADS = "POLARS_MAX_THREADS"
OBJECTS = 100_000  # new containers before the collector looks at the young ones


def prepare_process() -> None:
    """Sets the allocator, unless the user did, and the collector. To be called before Polars is first imported."""
    os.environ.setdefault(ALLOCATOR, PAGES)
    gc.set_threshold(OBJECTS, 20, 20)


def prepare_worker() -> None:
    """Sets one thread for Polars, unless the user set more: the other processors have their own workers.

    To be called before Polars first computes anything. Measured in one worker: its columns are short, and a second
    thread that is woken for each of them takes a seventh of the processor time (24.4 us for a row of mx/covid-linelist
    to 21.0, 380 us for a message of intl/hl7v2 to 310) and saves nothing.
    """
    import polars as pl

    if THREADS not in os.environ:
        os.environ[THREADS] = "1"
        pl.Config.reload_env_vars()  # it was looked at when Polars was loaded
