"""The files of a package folder that carry meaning, and their hash."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from dataclasses import field
from pathlib import Path

from interop.errors import Finding, Place
from interop.immutable import immutable

_FOLDERS = {"parts": (".yaml",), "codes": (".csv",), "source": (".csv", ".yaml")}


@immutable()
class PackageFiles:
    """One layer: a package's own files, by relative name with `/`, sorted.

    mapping.yaml, ignored.csv, resource files, parts, codes and source tables; not tests/, README, NOTICE, CHANGELOG.
    """

    folder: Path
    data: dict[str, bytes] = field(hash=False)
    findings: tuple[Finding, ...] = ()

    def place_name(self, name: str) -> str:
        """The file's name for places: the folder as given, and the relative name."""
        return f"{self.folder.as_posix()}/{name}"

    def place(self, name: str) -> Place:
        return Place(self.place_name(name), 1, 1)

    def stems(self, folder: str) -> dict[str, str]:
        """Stem → relative name of the files of a subfolder; "" for the resource files."""
        prefix = f"{folder}/" if folder else ""
        names = (name for name in self.data if name.startswith(prefix) and name != "mapping.yaml")
        inner = ((name[len(prefix) :], name) for name in names)
        return {local.rpartition(".")[0]: name for local, name in inner if "/" not in local and name != "ignored.csv"}


def read_files(folder: Path) -> PackageFiles:
    """Read a package folder.

    Errors: Y106 no mapping.yaml, M151 a file whose ending is `.yml`, which would be passed over.
    """
    data: dict[str, bytes] = {}
    findings: list[Finding] = []
    for inner, ending in {"": (".yaml",), **_FOLDERS}.items():
        for name in _names(folder / inner):
            relative = f"{inner}/{name}" if inner else name
            if name.endswith(ending) or relative == "ignored.csv":
                data[relative] = (folder / relative).read_bytes()
            elif name.endswith(".yml"):
                findings.append(Finding("M151", rule=Place(f"{folder.as_posix()}/{relative}", 1, 1)))
    if "mapping.yaml" not in data:
        findings.append(Finding("Y106", rule=Place(f"{folder.as_posix()}/mapping.yaml", 1, 1)))
    return PackageFiles(folder, dict(sorted(data.items())), tuple(findings))


def hash_files(layers: Iterable[PackageFiles]) -> str:
    """SHA-256 over names, sizes and bytes of all layers, base first. Hexadecimal."""
    digest = hashlib.sha256()
    for number, layer in enumerate(layers):
        for name, data in layer.data.items():
            digest.update(f"{number}/{name}\0{len(data)}\0".encode())
            digest.update(data)
    return digest.hexdigest()


def _names(folder: Path) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entry.name for entry in entries if entry.is_file() and not entry.name.startswith("."))
    except (FileNotFoundError, NotADirectoryError):
        return []
