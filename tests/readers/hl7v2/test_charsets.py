"""MSH-18 and the layout's charset decide how bytes become text, before anything is split."""

from __future__ import annotations

import pytest

from interop.errors import UsageError
from interop.readers.hl7v2 import Hl7v2Reader
from interop.readers.protocol import Projection
from tests.readers.hl7v2.layouts import layout
from tests.readers.hl7v2.reading import read, reader_of

NAMES = Projection({"message": ("MSH-3", "MSH-18"), "patient": ("PID-5", "PID-5.2", "PID-5[2]", "PID-8")})


def message(charset: str, name: str, codec: str, sender: str = "A") -> bytes:
    head = f"MSH|^~\\&|{sender}||||||ADT^A01^ADT_A01||P|2.5||||||{charset}"
    return f"{head}\rPID|||||{name}|||F\rEVN|".encode(codec)


@pytest.mark.parametrize(
    ("charset", "codec", "name"),
    [
        ("", "utf-8", "Zoë^山"),
        ("UNICODE UTF-8", "utf-8", "Zoë^山"),
        ("UTF-8~UNICODE", "utf-8", "Zoë^山"),
        ("UNICODE", "utf-8", "Zoë^山"),
        ("ASCII", "ascii", "Zoe^Y"),
        ("ISO IR6", "ascii", "Zoe^Y"),
        ("8859/1", "iso8859-1", "Zoë^Ÿ"[:4] + "é"),
        ("8859/2", "iso8859-2", "Čapek^ő"),
        ("8859/5", "iso8859-5", "Чехов^Антон"),
        ("8859/7", "iso8859-7", "Σωκράτης^Α"),
        ("8859/15", "iso8859-15", "Zoë^€"),
        ("ISO-8859-1", "iso8859-1", "Zoë^é"),
        ("windows-1252", "cp1252", "Zoë^€"),
        ("GB 18030-2000", "gb18030", "镕亅^丂龥"),
        ("BIG-5", "big5", "許功^蓋"),
        ("KS X 1001", "euc_kr", "홍^길동"),
        ("~ISO IR87", "iso2022_jp", "山田^太郎"),
        ("ISO IR6~ISO IR87", "iso2022_jp", "山田^太郎"),
        ("ISO IR14~ISO IR87~ISO IR159", "iso2022_jp_1", "山田^丂"),
        ("ISO IR87", "iso2022_jp", "山田^太郎"),
    ],
)
def test_charset(charset: str, codec: str, name: str) -> None:
    found = read(message(charset, name + "~x", codec), projection=NAMES)
    assert found.rejected == []
    family, given = name.split("^")
    (tree,) = found.trees
    assert tree[">patient"] == [{"PID-5": family, "PID-5.2": given, "PID-5[2]": "x", "PID-8": "F"}]


def test_bytes_of_japanese_text_are_no_separators() -> None:
    name = "".join(
        char
        for char in map(chr, range(0x4E00, 0x9FA0))
        if (code := char.encode("iso2022_jp", "ignore")[3:5]) and set(code) & set(b"|^~\\&")
    )
    assert len(name) > 300
    found = read(message("~ISO IR87", f"{name}^x", "iso2022_jp"), projection=NAMES)
    assert found.trees[0][">patient"] == [{"PID-5": name, "PID-5.2": "x", "PID-8": "F"}]


def test_roman_and_katakana_of_jis_x_0201() -> None:
    """ESC ( J ends kanji as ESC ( B does; half-width katakana come in seven bits by ESC ( I, or in eight."""
    raw = message("ISO IR14~ISO IR87", "KANJI^KANA~EIGHT", "ascii")
    raw = raw.replace(b"KANJI", b"\x1b$B;3ED\x1b(J").replace(b"KANA", b"\x1b(I123\x1b(B").replace(b"EIGHT", b"\xd4\xcf")
    (tree,) = read(raw, projection=NAMES).trees
    assert tree[">patient"] == [{"PID-5": "山田", "PID-5.2": "ｱｲｳ", "PID-5[2]": "ﾔﾏ", "PID-8": "F"}]


@pytest.mark.parametrize(("charset", "codec"), [("GB 18030-2000", "gb18030"), ("BIG-5", "big5")])
def test_separator_bytes_before_msh_18(charset: str, codec: str) -> None:
    chars = map(chr, range(0x3400, 0xA000))
    sender = next(char for char in chars if char.encode(codec, "ignore")[1:2] == b"|")
    (tree,) = read(message(charset, f"{sender}^x", codec, sender), projection=NAMES).trees
    assert (tree["MSH-3"], tree["MSH-18"]) == (sender, charset)
    assert tree[">patient"][0]["PID-5"] == sender


@pytest.mark.parametrize(
    ("charset", "raw", "code"),
    [
        ("UNICODE UTF-16", b"x", "R603"),
        ("CNS 11643-1992", b"x", "R603"),
        ("UTF-7", b"x", "R603"),
        ("klingon", b"x", "R603"),
        ("UNICODE UTF-8", b"\xe9", "R604"),
        ("ASCII", b"\xc3\xa9", "R604"),
        ("", b"\xe9", "R604"),
        ("~ISO IR87", b"\x1b$B;3", "R604"),
        ("~ISO IR87", b"\xb1", "R604"),
    ],
)
def test_what_cannot_be_read_is_rejected(charset: str, raw: bytes, code: str) -> None:
    data = message(charset, "NAME", "ascii").replace(b"NAME", raw)
    assert [found[1] for found in read(data).rejected] == [code]
    assert [one.code for one in reader_of().record(data).findings] == [code]


def test_the_layout_says_what_an_empty_msh_18_means() -> None:
    data = message("", "é", "latin-1")
    assert read(data, Hl7v2Reader(layout(charset="iso8859-1")), NAMES).trees[0][">patient"][0]["PID-5"] == "é"
    japanese = Hl7v2Reader(layout(charset="iso-2022-jp"))
    assert read(message("", "山", "iso2022_jp"), japanese, NAMES).trees[0][">patient"][0]["PID-5"] == "山"
    other = message("UNICODE UTF-8", "é", "utf-8")
    assert read(other, Hl7v2Reader(layout(charset="8859/1")), NAMES).trees[0][">patient"][0]["PID-5"] == "é"
    with pytest.raises(UsageError):
        Hl7v2Reader(layout(charset="klingon"))


def test_text_has_no_charset_but_for_its_escapes() -> None:
    reader = reader_of()
    text = message("8859/1", "山\\XE9\\", "utf-8").decode()
    assert reader.record(text).row.children.get("patient")[0].values.get("PID-5") == "山é"
    assert [one.code for one in reader.record(text + "\ud800").findings] == ["R604"]
    unknown = reader.record(text.replace("8859/1", "klingon"))
    assert unknown.row.children.get("patient")[0].values.get("PID-8") == "F"
