"""A package and the packages that it extends, read and laid over each other, base first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from interop.errors import Finding, InteropError
from interop.limits import FIXED
from interop.spec.concept_maps import ConceptMap, merge_concept_maps, read_concept_map
from interop.spec.csv_table import CsvTable, parse_csv
from interop.spec.files import PackageFiles, read_files
from interop.spec.hl7v2_tables import HEADERS, KEYS
from interop.spec.ignored import Ignored, merge_ignored, read_ignored
from interop.spec.overlay import merge, removes
from interop.spec.source_layout import HEADER as COLUMNS_HEADER
from interop.spec.yaml_text import Mapping, Node, Parsed, Text, parse_yaml

MAX_LAYERS = FIXED.layers

_parse = lru_cache(maxsize=1024)(parse_yaml)


@dataclass(slots=True)
class Layers:
    """The merged package: YAML roots by relative name, and the CSV files as what they mean.

    `bases` are the ids that lead from the package to its bases, the nearest first.
    """

    layers: tuple[PackageFiles, ...]
    bases: tuple[str, ...] = ()
    roots: dict[str, Node] = field(default_factory=dict)
    maps: dict[str, ConceptMap] = field(default_factory=dict)
    columns: dict[str, CsvTable] = field(default_factory=dict)  # by relative name: source/row.csv
    ignored: tuple[Ignored, ...] = ()
    broken: set[str] = field(default_factory=set)  # YAML files that could not be read, by relative name
    findings: list[Finding] = field(default_factory=list)

    def stems(self, folder: str) -> dict[str, Node]:
        """The YAML roots of a folder ("" for the resource files), by stem, sorted."""
        found = {}
        for name in sorted(self.roots):
            inner, _, local = name.rpartition("/")
            if inner == folder and name != "mapping.yaml":
                found[local.removesuffix(".yaml")] = self.roots[name]
        return found

    def broken_stems(self, folder: str) -> frozenset[str]:
        """The stems of a folder's YAML files that could not be read."""
        split = (name.rpartition("/") for name in self.broken)
        return frozenset(local.removesuffix(".yaml") for inner, _, local in split if inner == folder)


def read_layers(folder: Path, find_base: Callable[[str], Path]) -> Layers:
    """Read a package and its bases.

    Errors: Y101 to Y108, C101 to C108, M109 a base that cannot be used, M149, M150, M151.
    """
    findings: list[Finding] = []
    stack: list[tuple[PackageFiles, dict[str, Node]]] = []
    names: list[str] = []
    broken: set[str] = set()
    while True:
        files = read_files(folder)
        findings += files.findings
        roots = _parse_all(files, findings)
        broken.update(name for name in files.data if name.endswith(".yaml") and name not in roots)
        stack.append((files, roots))
        extends = _extends(roots.get("mapping.yaml"))
        if extends is None:
            break
        if extends.value in names or len(stack) > MAX_LAYERS:
            findings.append(Finding("M109", rule=extends.place, detail=f"`{extends.value}` extends itself"))
            break
        names.append(extends.value)
        try:
            folder = find_base(extends.value)
        except (InteropError, LookupError, OSError):
            findings.append(Finding("M109", rule=extends.place, detail=f"`{extends.value}` is not found"))
            break
    merged = Layers(tuple(files for files, _ in reversed(stack)), tuple(names), broken=broken, findings=findings)
    messages = _format(stack) == "hl7v2"
    for files, roots in reversed(stack):
        _lay_yaml(merged, files, roots)
        _lay_csv(merged, files, messages=messages)
    return merged


def read_card_root(folder: Path, find_base: Callable[[str], Path]) -> Node | None:
    """The card alone: mapping.yaml over those of its bases. None where any has a finding, or there is no base.

    Raises:
        UsageError: As `find_base` does.
        OSError: A file cannot be read.
    """
    root: Node | None = None
    findings: list[Finding] = []
    for _ in range(MAX_LAYERS):
        parsed: Parsed = _parse((folder / "mapping.yaml").read_bytes(), "mapping.yaml")
        if parsed.root is None or parsed.findings:
            return None
        root = parsed.root if root is None else merge(parsed.root, root, findings, card=True)
        extends = _extends(parsed.root)
        if extends is None:
            return None if findings else root
        folder = find_base(extends.value)
    return None


def _format(stack: list[tuple[PackageFiles, dict[str, Node]]]) -> str:
    """The source's format, which says what the files of source/ are: that of the outermost card that gives one."""
    for _, roots in stack:
        card = roots.get("mapping.yaml")
        source = card.get("source") if isinstance(card, Mapping) else None
        name = source.get("format") if isinstance(source, Mapping) else None
        if isinstance(name, Text):
            return name.value
    return ""


def _parse_all(files: PackageFiles, findings: list[Finding]) -> dict[str, Node]:
    roots: dict[str, Node] = {}
    for name, data in files.data.items():
        if name.endswith(".yaml"):
            parsed: Parsed = _parse(data, files.place_name(name))
            findings += parsed.findings
            if parsed.root is not None:
                roots[name] = parsed.root
            elif not parsed.findings:
                findings.append(
                    Finding("Y101", rule=files.place(name), detail="an empty file", fix="write it, or remove it")
                )
    return roots


def _extends(root: Node | None) -> Text | None:
    name = root.get("extends") if isinstance(root, Mapping) else None
    return name if isinstance(name, Text) and not name.empty else None


def _lay_yaml(merged: Layers, files: PackageFiles, roots: dict[str, Node]) -> None:
    is_base = files is merged.layers[0]
    for name, root in roots.items():
        known = merged.roots.get(name)
        if not is_base and removes(root):
            if known is None:
                merged.findings.append(Finding("M150", rule=root.place, detail=f"`{name}` is not in the base"))
            merged.roots.pop(name, None)
        elif known is None:
            merged.roots[name] = root
        else:
            merged.roots[name] = merge(known, root, merged.findings, card=name == "mapping.yaml")


def _lay_csv(merged: Layers, files: PackageFiles, *, messages: bool) -> None:
    for name, data in files.data.items():
        place = files.place_name(name)
        if name.startswith("codes/"):
            stem = name.removeprefix("codes/").removesuffix(".csv")
            concept_map, found = read_concept_map(stem, data, place)
            base = merged.maps.get(stem)
            merged.maps[stem] = merge_concept_maps(base, concept_map) if base else concept_map
            merged.findings += found
        elif name.startswith("source/") and name.endswith(".csv"):
            header = HEADERS.get(name, COLUMNS_HEADER) if messages else COLUMNS_HEADER
            table = parse_csv(data, place, header)
            merged.findings += table.findings
            keys = KEYS.get(name, 1) if messages else 1
            merged.columns[name] = _lay_rows(merged.columns.get(name), table, keys)
        elif name == "ignored.csv":
            rows, found = read_ignored(data, place, messages=messages)
            merged.ignored = merge_ignored(merged.ignored, rows)
            merged.findings += found


def _lay_rows(base: CsvTable | None, over: CsvTable, keys: int) -> CsvTable:
    """The base's rows, those of the same key (the first `keys` values) replaced, new ones after."""
    if base is None:
        return over
    replaced = {row.values[:keys]: row for row in over.rows}
    known = {row.values[:keys] for row in base.rows}
    rows = (replaced.get(row.values[:keys], row) for row in base.rows)
    return CsvTable((*rows, *(row for row in over.rows if row.values[:keys] not in known)), ())
