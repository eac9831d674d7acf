"""Packages as they were checked, kept in a folder for the next run: what this program made of the very same files.

What is kept is told by contents alone: by a hash of all files of the package and of its bases, and of all sources that
had a say in what was made of them. Whatever does not fit, or cannot be read, is not there: the package is read and
checked as ever. Only a package without errors is kept, so there is nothing that a run would not have accepted.

It is a pickle that can make objects of this package's own classes and nothing else: of what a stranger writes there no
code is run.
"""

from __future__ import annotations

import hashlib
import io
import os
import pickle
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, fields
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from interop.limits import FIXED
from interop.spec.collection import lasting
from interop.spec.contexts import contexts_of
from interop.spec.files import PackageFiles, hash_files, read_files
from interop.spec.package import Package

if TYPE_CHECKING:
    from interop.spec.layers import Layers

__all__ = ["KeptPackages"]

PROGRAM = Path(__file__).resolve().parents[1]
SOURCES = ("*.py", "spec/**/*.py", "fhir/**/*.py", "fhir/data/*", "values/**/*")
"""What has a say in what is made of a package's files: below the program's own folder."""
LIBRARIES = ("PyYAML", "google-re2", "pydantic", "tzdata")
"""The same of others."""
CLASSES = ("interop.spec.", "interop.errors", "interop.finding_codes")
PATHS = (("pathlib", "PosixPath"), ("pathlib", "WindowsPath"))
SUFFIX = ".package"
MOST = FIXED.kept_packages


@dataclass(frozen=True, slots=True)
class KeptPackages:
    """Packages kept in a folder, one file each, which others may not write. What cannot be kept is not."""

    folder: Path

    @lasting()
    def get(self, folder: Path, find_base: Callable[[str], Path]) -> Package | None:
        """The package of a folder, if it was kept and nothing has changed.

        Args:
            folder: The package's folder.
            find_base: The folder of a package by its id, for `extends`.
        """
        try:
            if not self._is_ours():
                return None
            head, _, data = self._file(folder).read_bytes().partition(b"\n")
            told = orjson.loads(head)
            layers = [read_files(at) for at in (*map(find_base, reversed(told["bases"])), folder)]
            if told != _head(told["bases"], layers, data):
                return None
            return _unpacked(data, folder)
        except Exception:  # no such file, or no such package in it: whatever it is, the package is read anew
            return None

    def put(self, package: Package, layers: Layers) -> None:
        """Keeps a package, made of these layers."""
        if not _sources():
            return
        data = _packed(package)
        head = orjson.dumps(_head(layers.bases, layers.layers, data))
        with suppress(OSError):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self._is_ours():
                _write(self._file(package.folder), (head, b"\n", data))
                self._forget()

    def _is_ours(self) -> bool:
        """Whether nobody else can have written there."""
        if not hasattr(os, "geteuid"):
            return True
        told = self.folder.stat()
        return told.st_uid == os.geteuid() and not told.st_mode & 0o022

    def _file(self, folder: Path) -> Path:
        """Findings name files as the folder was given, so it counts how it was."""
        named = f"{folder}\0{folder.resolve()}\0{sys.implementation.cache_tag}"
        return self.folder / (hashlib.sha256(named.encode(errors="surrogateescape")).hexdigest()[:32] + SUFFIX)

    def _forget(self) -> None:
        """Those that were kept before the last ones go."""
        kept = sorted(self.folder.glob(f"*{SUFFIX}"), key=lambda file: file.stat().st_mtime_ns)
        for file in kept[:-MOST]:
            file.unlink()


def _head(bases: Iterable[str], layers: Iterable[PackageFiles], data: bytes) -> dict[str, object]:
    """What is kept with a package and has to be so again. `layers`: base first."""
    layers = list(layers)
    return {
        "program": _program(),
        "bases": list(bases),
        "folders": [str(layer.folder) for layer in layers],
        "files": hash_files(layers),
        "package": hashlib.sha256(data).hexdigest(),
    }


@cache
def _program() -> str:
    """A hash of the sources that read packages and check them, of what they stand on, and of who runs them."""
    others = (f"{name} {version(name)}" for name in LIBRARIES)
    made = hashlib.sha256("\0".join((sys.version, *others)).encode())
    for file in _sources():
        data = file.read_bytes()
        made.update(f"{file.relative_to(PROGRAM).as_posix()}\0{len(data)}\0".encode() + data)
    return made.hexdigest()


def _sources() -> list[Path]:
    return sorted(file for pattern in SOURCES for file in PROGRAM.glob(pattern) if file.is_file())


def _packed(package: Package) -> bytes:
    """All of a package but its contexts, which are told from its layout; and its folder, which is known."""
    return pickle.dumps({name: getattr(package, name) for name in _names()}, pickle.HIGHEST_PROTOCOL)


def _names() -> Iterator[str]:
    return (field.name for field in fields(Package) if field.name not in ("contexts", "folder"))


def _unpacked(data: bytes, folder: Path) -> Package:
    made = _Unpickler(io.BytesIO(data)).load()
    return Package(**made, contexts=contexts_of(made["layout"]), folder=folder)


class _Unpickler(pickle.Unpickler):
    """Makes objects of the classes that packages consist of."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in PATHS and not (module.startswith(CLASSES) and name.isidentifier()):
            raise pickle.UnpicklingError(f"{module}.{name}")
        found = super().find_class(module, name)
        if not isinstance(found, type) or found.__module__ != module:
            raise pickle.UnpicklingError(f"{module}.{name}")
        return found


def _write(file: Path, parts: Iterable[bytes]) -> None:
    """A file that is there whole, or not at all. What a process leaves that is killed goes with the old ones."""
    handle, name = tempfile.mkstemp(dir=file.parent, suffix=SUFFIX)
    try:
        with os.fdopen(handle, "wb") as made:
            made.writelines(parts)
        os.replace(name, file)
    except BaseException:
        os.unlink(name)
        raise
