"""The card and the layout: what a good mapping.yaml becomes."""

from __future__ import annotations

import pytest

from interop.errors import Place
from interop.spec.charsets import find_charset
from interop.spec.contexts import ColumnRead, chain_of, children_of, contexts_of
from interop.spec.ignored import Ignored
from interop.spec.layout import Column, DelimitedLayout, Group
from interop.spec.load import load_package
from interop.spec.tree import Path
from tests.spec.conftest import Write
from tests.spec.test_findings import no_base

CARD = """\
interop: 1
id: xx/claims
title: Claims
version: 1.2.3
status: active
licence: CC0-1.0
sources: [{title: A book, version: "5", url: "https://x.org"}]
target: {base: "https://y.org", profiles: ["https://z.org"]}
extends: null
source:
  format: delimited
  delimiter: tab
  quote: none
  charset: windows-874
  zone: Asia/Bangkok
  header: true
  trim: false
  file: "{kind}_{year}*"
  tables:
    claim:
      when: {columns: ID, file: "claim*"}
      record: ID
      rows: line
      groups:
        code: {columns: {value: "CODE#"}, numbers: 1..3}
        amount: {names: [PAID, DUE], of: line}
      parents: {person: [HOSP, PID]}
    person:
      columns: source/people.csv
      when: {file: "person*"}
      lookup: [HOSP, PID]
"""
FILES = {
    "mapping.yaml": CARD,
    "source/row.csv": None,
    "source/claim.csv": "column,required,modifies,title\nID,yes,,Key\nVOID,no,Claim *,Cancelled\n"
    + "".join(f"{name},,,\n" for name in ["HOSP", "PID", "CODE1", "CODE2", "CODE3", "PAID", "DUE"]),
    "source/people.csv": "column,required,modifies,title\nHOSP,,,\nPID,,,\nSEX,,,\n",
    "ignored.csv": "source_path,reason\n*.*,not needed\n",
    "Patient.yaml": "$resource: Patient\n$for: claim\n$id: [HOSP, PID]\ngender: person.SEX | code sex\n",
}


def test_card_and_layout(write: Write) -> None:
    package = load_package(write(FILES), no_base)
    card, layout = package.card, package.layout
    assert isinstance(layout, DelimitedLayout)
    assert (card.id, card.version, card.status, card.licence) == ("xx/claims", "1.2.3", "active", "CC0-1.0")
    assert (card.target.base, card.target.bundle, card.target.profiles) == (
        "https://y.org",
        "collection",
        ("https://z.org",),
    )
    assert (card.sources[0].version, card.extends) == ("5", None)
    assert (layout.delimiter, layout.quote, layout.charset, layout.zone) == ("\t", None, "cp874", "Asia/Bangkok")
    assert (layout.header, layout.trim, layout.file, layout.file_names) == (
        True,
        False,
        "{kind}_{year}*",
        ("kind", "year"),
    )
    claim, person = layout.tables
    assert (claim.when_columns, claim.when_file, claim.record, claim.rows) == (("ID",), "claim*", ("ID",), "line")
    assert claim.columns[:2] == (Column("ID", True, (), "Key"), Column("VOID", False, ("Claim", "*"), "Cancelled"))
    assert claim.groups == (
        Group("code", (("value", "CODE#"),), 1, 3),
        Group("amount", names=("PAID", "DUE"), of="line"),
    )
    assert claim.parents == (("person", ("HOSP", "PID")),)
    assert (person.lookup, person.record) == (("HOSP", "PID"), ())


def test_contexts_and_paths(write: Write) -> None:
    contexts = contexts_of(load_package(write(FILES), no_base).layout)
    assert chain_of(contexts, "amount") == ("amount", "line", "claim")
    assert children_of(contexts, "claim") == ("line", "code")
    assert contexts.get("person") is None

    def reads(text: str, context: str) -> object:
        found = contexts.resolve(Path(tuple(text.split(".")), Place("f", 1, 1)), chain_of(contexts, context))
        return found.columns if isinstance(found, ColumnRead) else () if found else None

    assert reads("value", "amount") == (("claim", "PAID"), ("claim", "DUE"))
    assert reads("value", "code") == (("claim", "CODE1"), ("claim", "CODE2"), ("claim", "CODE3"))
    assert reads("ID", "amount") == (("claim", "ID"),)
    assert reads("claim.ID", "amount") == (("claim", "ID"),)
    assert reads("person.SEX", "amount") == (("person", "SEX"),)
    for text in ("#", "line.#", "file.name", "file.year", "record.number"):
        assert reads(text, "amount") == ()
    for text in ("value", "code.value", "person.NAME", "file.month", "record.id", "code.#", "a.b.c"):
        assert reads(text, "line") is None


def test_globs_of_ignored_columns() -> None:
    row = Ignored("carrier.LINE_*", "x", Place("f", 1, 1))
    assert row.matches("carrier.LINE_NUM")
    assert not row.matches("carrier.CLM_ID")
    assert not row.matches("outpatient.LINE_NUM")


@pytest.mark.parametrize(
    ("name", "found"),
    [("UTF-8", "utf-8"), ("latin-1", "iso8859-1"), ("windows-1252", "cp1252"), ("shift_jis", "shift_jis")],
)
def test_charsets(name: str, found: str) -> None:
    assert find_charset(name) == found


@pytest.mark.parametrize(
    "name", ["utf-16", "cp037", "rot13", "iso2022_jp", "utf-7", "unicode_escape", "idna", "nope", "a\0"]
)
def test_charsets_that_are_refused(name: str) -> None:
    assert find_charset(name) is None
