"""What a compiled module was made of. Used by the build too, which can import nothing of this package."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path


def digest(folder: Path) -> str:
    """A number for the sources of a crate: other sources, another number.

    Args:
        folder: Where its Cargo.toml is.
    """
    made = sha256()
    for file in sorted([folder / "Cargo.toml", folder / "Cargo.lock", *folder.glob("src/**/*.rs")]):
        made.update(f"{file.relative_to(folder).as_posix()}\n".encode() + file.read_bytes())
    return made.hexdigest()
