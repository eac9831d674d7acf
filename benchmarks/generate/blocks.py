"""Rows in blocks, each block from its own seed, so that a longer file begins with a shorter one."""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

BLOCK = 5_000
SEED = 20_240_708


@dataclass(frozen=True)
class Generator:
    """How the input of a mapping is made.

    `files` gives each file's name and header, which may be empty; `block(random, first, count)` gives, for records
    `first` to `first + count`, the lines of each of these files in turn. `version` names the content: a change of it
    makes anew. `end` is the end of a line.
    """

    name: str
    version: int
    files: tuple[tuple[str, str], ...]
    block: Callable[[random.Random, int, int], Sequence[Iterator[str] | list[str]]]
    end: str = "\n"


def write_blocks(generator: Generator, records: int, folder: Path) -> list[Path]:
    """Writes the generator's files with that many records; keeps files that are there already."""
    home = folder / f"{generator.name}-v{generator.version}-{records}"
    paths = [home / name for name, _ in generator.files]
    if all(path.exists() for path in paths):
        return paths
    home.mkdir(parents=True, exist_ok=True)
    partial = [path.with_suffix(".tmp") for path in paths]
    streams = [path.open("w", encoding="utf-8", newline="") for path in partial]
    for stream, (_, header) in zip(streams, generator.files, strict=True):
        stream.write(header + generator.end if header else "")
    for first in range(0, records, BLOCK):
        chance = random.Random(f"{generator.name} {SEED} {first}")
        for stream, lines in zip(streams, generator.block(chance, first, min(BLOCK, records - first)), strict=True):
            stream.write("".join([line + generator.end for line in lines]))
    for stream, made, path in zip(streams, partial, paths, strict=True):
        stream.close()
        made.replace(path)
    return paths


def weighted(choices: dict[str, float]) -> Callable[[random.Random], str]:
    """A function that draws one of the texts, each as often as its weight says."""
    texts = list(choices)
    bounds = list(accumulate(choices.values()))
    total, last = bounds[-1], len(texts) - 1

    def draw(chance: random.Random) -> str:
        return texts[min(bisect(bounds, chance.random() * total), last)]

    return draw
