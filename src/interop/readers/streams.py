"""From an input to blocks of decompressed bytes. What the name ends in says how it is compressed."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import closing
from typing import BinaryIO

from interop.limits import FIXED
from interop.readers.protocol import Input

BLOCK_BYTES = 256 * 1024
ZSTD_SLICE = 2 * 1024  # a frame expands at most some 30,000 times: 64 MiB from a slice
ZSTD_WINDOW = FIXED.zstd_window_bytes

_GZIP = 31  # zlib's window bits for a gzip member with its header and checksum


class DamagedError(Exception):
    """A compressed stream is cut or corrupt. Carries no text of the library."""


def plain_name(name: str) -> str:
    """A file's name without its compression.

    >>> plain_name("person.txt.GZ")
    'person.txt'
    """
    return name[: -len(suffix)] if (suffix := _suffix(name)) else name


def open_blocks(source: Input, size: int = BLOCK_BYTES) -> Iterator[bytes]:
    """The decompressed bytes of an input, in blocks that are not empty.

    Args:
        source: The input.
        size: Bytes of a block, where it is not compressed.

    Raises:
        DamagedError: The compressed stream is cut or corrupt; what could be decompressed was given before.
    """
    with closing(source.open()) as file:
        match _suffix(source.name):
            case ".gz":
                yield from _gunzip(file)
            case ".zst":
                yield from _unzstd(file)
            case _:
                while block := file.read(size):
                    yield block


def _suffix(name: str) -> str:
    lower = name.lower()
    return next((suffix for suffix in (".gz", ".zst") if lower.endswith(suffix)), "")


def _gunzip(file: BinaryIO) -> Iterator[bytes]:
    """All members of a gzip file; zeros after a member are padding."""
    member = None
    members = 0
    data = b""
    while data or (data := file.read(BLOCK_BYTES)):
        if member is None:
            data = data.lstrip(b"\0") if members else data
            if not data:
                continue
            member = zlib.decompressobj(_GZIP)
            members += 1
        try:
            block = member.decompress(data, BLOCK_BYTES)
        except zlib.error:
            raise DamagedError from None
        if block:
            yield block
        data = member.unconsumed_tail
        if member.eof:
            data, member = member.unused_data, None
    if member is not None:
        if block := member.flush():
            yield block
        if not member.eof:
            raise DamagedError
    if not members:
        raise DamagedError


def _unzstd(file: BinaryIO) -> Iterator[bytes]:
    """All frames of a Zstandard file."""
    import zstandard

    opener = zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW)
    frame = None
    frames = 0
    while data := file.read(BLOCK_BYTES):
        view = memoryview(data)
        while view:
            if frame is None:
                frame = opener.decompressobj()
                frames += 1
            part, view = view[:ZSTD_SLICE], view[ZSTD_SLICE:]
            try:
                block = frame.decompress(part)
            except zstandard.ZstdError:
                raise DamagedError from None
            if block:
                yield block
            if frame.eof:
                if rest := frame.unused_data:
                    view = memoryview(rest + bytes(view))
                frame = None
    if frame is not None or not frames:
        raise DamagedError
