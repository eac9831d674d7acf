"""Finding mapping packages: those shipped, those that other distributions register, those in folders a user names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import entry_points
from importlib.resources import files
from pathlib import Path

from interop.errors import UsageError

GROUP = "interop.mappings"


@dataclass(frozen=True, slots=True, order=True)
class PackageRef:
    """A package that was found: its id, as its folders give it, and where it is."""

    id: str
    folder: Path


def packages(extra: Sequence[Path] = ()) -> list[PackageRef]:
    """All packages, by id. Of two with one id the earlier source wins: named folders, entry points, shipped ones."""
    found: dict[str, PackageRef] = {}
    for root in _roots(extra):
        for card in sorted(root.glob("*/*/mapping.yaml")):
            folder = card.parent
            identity = f"{folder.parent.name}/{folder.name}"
            found.setdefault(identity, PackageRef(identity, folder))
    return sorted(found.values())


def find_package(id_or_folder: str | Path, extra: Sequence[Path] = ()) -> Path:
    """The folder of a package.

    Args:
        id_or_folder: An id such as `uk/immunisation`, or a folder that holds a mapping.yaml.
        extra: Folders to look in first.

    Raises:
        UsageError: There is none; says which there are.
    """
    folder = Path(id_or_folder)
    if (folder / "mapping.yaml").is_file():
        return folder
    known = packages(extra)
    for ref in known:
        if ref.id == str(id_or_folder):
            return ref.folder
    names = ", ".join(ref.id for ref in known) or "none"
    raise UsageError(f"no mapping package `{id_or_folder}`; there are: {names}. A folder needs a mapping.yaml.")


def _roots(extra: Sequence[Path]) -> Iterator[Path]:
    yield from extra
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        yield Path(str(files(point.value)))
    shipped = Path(str(files("interop"))) / "mappings"
    if shipped.is_dir():
        yield shipped
    checkout = Path(__file__).resolve().parents[2] / "mappings"
    if checkout.is_dir() and (checkout.parent / "pyproject.toml").is_file():
        yield checkout
