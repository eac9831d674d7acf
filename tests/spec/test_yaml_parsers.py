"""libyaml is asked first, and what comes out is what the Python parser reads: trees, places, sources, findings."""

from __future__ import annotations

import pytest
import yaml

from interop.spec import yaml_text

TEXTS = (
    "a: b\nc: [d, 'e''f', \"g\\n\"]\n",
    "- {text: A ?? B, other: {}}\n- []\n",
    "a: |\n  one\n   two\n\nb: >-\n  three\n  four # no comment\n",
    "a: plain over\n  two lines # comment\nb: = é “ü”\n",
    "a: b\na: c\n",
    "a: &x b\nc: *x\n",
    "a: !t b\n",
    "a:\nb: ~\n",
    "{a: ,b}\n",
    "? a\nb: c\n",
    "a:\tb\n",
    "a: b\r\nc: d\r",
    "a: \ufeffb\n",
    "a: b\u2028c: d\n",
    "a: 'open\n",
    "a: b: c\n",
    "---\na: b\n---\nc: d\n",
    "a: \x07\n",
    "[" * 60,
    "",
    "# nothing\n",
)


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_both_parsers_agree(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    quick = yaml_text.parse_yaml(text.encode(), "file.yaml")
    monkeypatch.setattr(yaml, "__with_libyaml__", False)
    assert quick == yaml_text.parse_yaml(text.encode(), "file.yaml")


@pytest.mark.skipif(not yaml.__with_libyaml__, reason="PyYAML was built without libyaml")
def test_libyaml_reads_what_has_nothing_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_text, "Loader", None)
    assert yaml_text.parse_yaml(b"a: [b, {c: d}]\n", "file.yaml").root is not None
