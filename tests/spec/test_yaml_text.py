"""YAML as positioned text: what it gives, what it finds, and where."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from interop.spec.scalar_place import locate
from interop.spec.yaml_scanner import Loader
from interop.spec.yaml_text import MAX_BYTES, MAX_DEPTH, Mapping, Node, Sequence, Text, parse_yaml

CASES = yaml.safe_load((Path(__file__).parent / "cases/yaml.yaml").read_text("utf-8"))


def plain(node: Node | None) -> Any:
    if isinstance(node, Mapping):
        return {key: plain(entry.value) for key, entry in node.entries.items()}
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return node.value if isinstance(node, Text) else None


@pytest.mark.parametrize("case", CASES, ids=[case["title"] for case in CASES])
def test_case(case: dict[str, Any]) -> None:
    parsed = parse_yaml(case["text"].encode(), "f.yaml")
    found = [f"{finding.code} {finding.rule.line}:{finding.rule.column}" for finding in parsed.findings if finding.rule]
    assert found == case.get("findings", [])
    if "gives" in case:
        assert plain(parsed.root) == case["gives"]
    if "fix" in case:
        assert parsed.findings[0].fix == case["fix"]


def test_places_of_keys_values_and_items() -> None:
    root = parse_yaml(b"# c\nname:\n  - {use: = official}\n", "f.yaml").root
    assert isinstance(root, Mapping)
    assert str(root.entries["name"].key.place) == "f.yaml:2:1"
    names = root.get("name")
    assert isinstance(names, Sequence)
    item = names.items[0]
    assert isinstance(item, Mapping)
    assert str(item.place) == "f.yaml:3:5"
    assert str(item.entries["use"].value.place) == "f.yaml:3:11"


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_deep_nesting_is_a_finding(opening: str) -> None:
    parsed = parse_yaml((opening * 50_000).encode(), "f.yaml")
    assert [finding.code for finding in parsed.findings] == ["Y104"]


def test_depth_within_the_bound_is_read() -> None:
    depth = MAX_DEPTH - 1
    assert parse_yaml(("[" * depth + "a" + "]" * depth).encode(), "f.yaml").findings == ()


def test_size_is_bounded() -> None:
    assert [finding.code for finding in parse_yaml(b" " * (MAX_BYTES + 1), "f.yaml").findings] == ["Y108"]


def test_not_utf8_says_where() -> None:
    finding = parse_yaml("a: b\nc: é".encode("latin-1"), "f.yaml").findings[0]
    assert (finding.code, str(finding.rule)) == ("Y105", "f.yaml:2:4")


@given(st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_no_bytes_make_it_raise(data: bytes) -> None:
    parsed = parse_yaml(data, "f.yaml")
    codes = {finding.code for finding in parsed.findings}
    assert codes <= {"Y101", "Y102", "Y103", "Y104", "Y105"}
    assert parsed.root is None or "Y105" not in codes


SIGNS = st.text(alphabet="ab:-#, []{}'\"\n|>\t", max_size=40)


def events(text: str, loader: Any) -> list[tuple[Any, ...]] | None:
    try:
        return [
            (type(event), getattr(event, "value", None), str(event.start_mark.index), str(event.end_mark.index))
            for event in yaml.parse(text, Loader=loader)
        ]
    except yaml.YAMLError:
        return None


@given(SIGNS)
def test_the_scanner_reads_what_pyyaml_reads(text: str) -> None:
    assert events(text, Loader) == events(text, yaml.SafeLoader)


@given(st.text(alphabet="ab {}'|=\\é", min_size=1, max_size=20), st.sampled_from(["'", '"', "|", ""]))
def test_locate_finds_each_character(value: str, style: str) -> None:
    value = value.strip()
    source = yaml.dump({"k": value}, default_style=style or None, allow_unicode=True, width=1000)
    root = parse_yaml(source.encode(), "f.yaml").root
    assert isinstance(root, Mapping)
    text = next(iter(root.entries.values())).value
    assert isinstance(text, Text)
    assert text.value == value
    lines = source.split("\n")
    for offset, sign in enumerate(value):
        place = locate(text, offset)
        found = lines[place.line - 1][place.column - 1]
        assert found == sign or (found == "\\" and text.style == '"')


def test_locate_in_folded_and_escaped_text() -> None:
    source = "a: \"x\\u00e9\\ny\"\nb: one\n  two\nc: |\n  one\n    two\nd: 'it''s'\n"
    root = parse_yaml(source.encode(), "f.yaml").root
    assert isinstance(root, Mapping)
    texts = {key: entry.value for key, entry in root.entries.items()}
    places = [("a", 3, "1:14"), ("b", 4, "3:3"), ("b", 0, "2:4"), ("c", 6, "6:5"), ("d", 3, "7:9")]
    for key, offset, expected in places:
        text = texts[key]
        assert isinstance(text, Text)
        place = locate(text, offset)
        assert (key, f"{place.line}:{place.column}") == (key, expected)
