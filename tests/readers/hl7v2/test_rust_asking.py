"""What the shredder in Rust remembers is bounded, and a module of other sources is not used."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from interop import rust
from interop.readers.hl7v2 import rust_asking
from interop.readers.hl7v2.reader import Hl7v2Reader
from interop.readers.hl7v2.rust_shredding import RustShredder
from interop.readers.hl7v2.shredding import Shredder
from interop.readers.protocol import Batch, Input, Projection
from interop.rust.sources import digest

from .reading import EVERYTHING, LAYOUT

needs_rust = pytest.mark.skipif(not rust.is_there(), reason="interop was installed without its part in Rust")


def message(number: int) -> bytes:
    """A message whose type, charset and number of segments are its own."""
    return (
        f"MSH|^~\\&|A|B|C|D|2024||ADT^A01^ADT_A01^{number}|{number}|P|2.5||||||UNICODE UTF-8~{number}\r"
        f"PID|1||{number}^^^X~{number + 1}\r" + f"OBX|1|NM|{number}||1\r" * (number % 7)
    ).encode()


def framed(reader: Hl7v2Reader) -> list[Batch]:
    data = b"".join(map(message, range(120)))
    source = Input("a.hl7", lambda: io.BytesIO(data))
    return list(reader.framed(source, EVERYTHING, batch_rows=10))


@needs_rust
def test_it_begins_anew_and_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rust_asking, "_REMEMBERED", 2_000)
    reader = Hl7v2Reader(LAYOUT)
    ours, theirs = (
        make(reader._templates, reader._charset, Projection(EVERYTHING.columns)) for make in (RustShredder, Shredder)
    )
    asked = set()
    for batch in framed(reader):
        asked.add(id(ours._made[0]))
        one, other = ours.shred(batch), theirs.shred(batch)
        assert all(one.tables[name].frame.equals(table.frame) for name, table in other.tables.items())
        assert one.findings == other.findings
    assert len(asked) > 1


@needs_rust
def test_a_batch_that_broke_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever was made of it: a later batch has its values in the same columns as ever."""
    reader = Hl7v2Reader(LAYOUT)
    ours, theirs = (
        make(reader._templates, reader._charset, Projection(EVERYTHING.columns)) for make in (RustShredder, Shredder)
    )
    batches = framed(reader)
    for shred in (ours.shred, theirs.shred):
        shred(batches[0])
    broken = (
        message(6)
        .replace(b"PID|1||6", b"PID|1|a^b^c&d|6^e^f^g&h^i|j^k|l^m^n^o^p^q|r||s|t|u^v^w^x||y|z")
        .replace(b"|NM|6", b"|NM|\\XC3A9\\")
    )
    (wrong,) = reader.framed(Input("b.hl7", lambda: io.BytesIO(broken)), EVERYTHING, batch_rows=10)
    with monkeypatch.context() as patch:
        patch.setattr(rust_asking, "unescape", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            ours.shred(wrong)
    for batch in (wrong, *batches):
        one, other = ours.shred(batch), theirs.shred(batch)
        assert all(one.tables[name].frame.equals(table.frame) for name, table in other.tables.items())


@needs_rust
def test_each_answer_that_is_remembered_is_counted() -> None:
    reader = Hl7v2Reader(LAYOUT)
    shredder = RustShredder(reader._templates, reader._charset, Projection(EVERYTHING.columns))
    sizes = []
    for batch in framed(reader):
        shredder.shred(batch)
        asked, core = shredder._made
        sizes.append((asked.size, core.remembered()))
    for parts in zip(*sizes, strict=True):
        assert list(parts) == sorted(set(parts))  # it grows with each batch: all types and charsets are new


@needs_rust
def test_a_module_of_other_sources_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    if rust._module().SOURCES is None or not (Path(rust.__file__).parents[3] / "rust").is_dir():
        pytest.skip("it was compiled by hand, or there are no sources beside it")
    rust.is_there.cache_clear()
    monkeypatch.setattr(rust, "digest", lambda folder: "another")
    assert not rust.is_there()
    rust.is_there.cache_clear()


def test_other_sources_have_another_number(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    for name in ("Cargo.toml", "Cargo.lock", "src/lib.rs"):
        (tmp_path / name).write_text(name)
    first = digest(tmp_path)
    assert digest(tmp_path) == first
    (tmp_path / "src" / "lib.rs").write_text("other")
    assert digest(tmp_path) != first


def test_it_can_be_ruled_out(monkeypatch: pytest.MonkeyPatch) -> None:
    rust.is_there.cache_clear()
    monkeypatch.setenv(rust.WANTED, "0")
    assert not rust.is_there()
    rust.is_there.cache_clear()
