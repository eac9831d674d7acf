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
from collections.abc import Callable, Iterable
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
from interop.spec.tree import Object, Rule

if TYPE_CHECKING:
    from interop.spec.layers import Layers

__all__ = ["KeptPackages"]

PROGRAM = Path(__file__).resolve().parents[1]
SOURCES = (".", "spec", "fhir", "fhir/data", "values")
"""The files that have a say in what is made of a package's, by folder: in the program's own."""
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
            _program()  # as it was when it was loaded: what is put later is made by that, whatever its files say then
            if not self._is_ours():
                return None
            with self._file(folder).open("rb") as file:
                told, data = orjson.loads(file.readline()), file.read()
            layers = [read_files(at) for at in (*map(find_base, reversed(told["bases"])), folder)]
            if told != _head(told["bases"], layers, data):
                return None
            return _kept(data, folder)
        except Exception:  # no such file, or no such package in it: whatever it is, the package is read anew
            return None

    def put(self, package: Package, layers: Layers) -> None:
        """Keeps a package, made of these layers."""
        with suppress(Exception):  # no room, no rights, a name that is no text, too deep: it is read anew, as ever
            if _sources():
                self._put(package, layers)

    def _put(self, package: Package, layers: Layers) -> None:
        data = _keep(package)
        head = orjson.dumps(_head(layers.bases, layers.layers, data))
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
    for name in _sources():
        data = (PROGRAM / name).read_bytes()
        made.update(f"{name}\0{len(data)}\0".encode() + data)
    return made.hexdigest()


def _sources() -> list[str]:
    names: list[str] = []
    for folder in SOURCES:
        with suppress(OSError), os.scandir(PROGRAM / folder) as entries:  # a program in an archive has no such folder
            names += (f"{folder}/{entry.name}" for entry in entries if entry.is_file())
    return sorted(names)


class _KeptRule(Rule):
    """A rule whose body is unpacked when it is first asked for: a run asks for those of a few rules."""

    __slots__ = ("packed",)

    def __getattr__(self, name: str) -> Object:  # called for a slot that is empty
        if name != "body":
            raise AttributeError(name)
        packed: bytes = object.__getattribute__(self, "packed")
        body: Object = _unpacked(packed)
        object.__setattr__(self, name, body)
        return body


_HEAD = tuple(field.name for field in fields(Rule) if field.name != "body")


def _keep_rule(rule: Rule) -> tuple[list[object], bytes]:
    return [getattr(rule, name) for name in _HEAD], _pack(rule.body)


def _kept_rule(head: list[object], packed: bytes) -> Rule:
    rule = _KeptRule.__new__(_KeptRule)
    for name, value in zip((*_HEAD, "packed"), (*head, packed), strict=True):
        object.__setattr__(rule, name, value)
    return rule


def _keep(package: Package) -> bytes:
    """All of a package but its contexts, which are told from its layout; and its folder, which is known."""
    given = {field.name: getattr(package, field.name) for field in fields(Package)}
    del given["contexts"], given["folder"]
    return _pack(given | {"rules": [_keep_rule(rule) for rule in package.rules]})


def _kept(data: bytes, folder: Path) -> Package:
    made = _unpacked(data)
    rules = tuple([_kept_rule(*rule) for rule in made.pop("rules")])
    return Package(**made, rules=rules, contexts=contexts_of(made["layout"]), folder=folder)


def _pack(made: object) -> bytes:
    return pickle.dumps(made, pickle.HIGHEST_PROTOCOL)


def _unpacked(data: bytes) -> Any:
    return _Unpickler(io.BytesIO(data)).load()


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
