"""Values of primitive types: a table of what R4 takes and refuses."""

import pytest

from interop.fhir.primitives import checker
from interop.fhir.tables import primitive_table
from interop.values.failure import Failure

NOT_THE_TYPE, NOT_IN_SET, NO_SUCH_DAY = Failure("V201"), Failure("V202"), Failure("V212")

GOOD = {
    "base64Binary": ["YQ==", "YWI=", "YWJj", "+/+/", "YWJjZGVm"],
    "boolean": ["true", "false"],
    "canonical": ["http://example.org/StructureDefinition/a|1.0", "#inside"],
    "code": ["a", "entered-in-error", "two words", "<=", "ü"],
    "date": ["2023", "2023-02", "2023-02-28", "2024-02-29", "2000-02-29", "0001-01-01", "9999-12-31"],
    "dateTime": [
        "2023",
        "2023-02",
        "2023-02-28",
        "2023-02-28T00:00:00Z",
        "2023-02-28T23:59:60+14:00",
        "2023-02-28T12:30:00.1234567-13:59",
    ],
    "decimal": ["0", "-0", "1.10", "-1.5e-3", "1E+10", "123456789012345678901234567890.0", "0.0000001"],
    "id": ["a", "A-1.b", "x" * 64],
    "instant": ["2023-02-28T12:30:00Z", "2023-02-28T12:30:00.5+01:00"],
    "integer": ["0", "-0", "-2147483648", "2147483647"],
    "markdown": ["# a\n\n* b"],
    "oid": ["urn:oid:2.16.840.1.113883", "urn:oid:0.0"],
    "positiveInt": ["1", "2147483647"],
    "string": ["a", " a ", "a\tb\r\nc", "Ærøskøbing", "山田", "𝒳", "a\u200db", "a" * 1048576],
    "time": ["00:00:00", "23:59:60", "12:30:00.001"],
    "unsignedInt": ["0", "2147483647"],
    "uri": ["http://example.org/a?b=c#d", "urn:uuid:x", "relative", "ftp://ü"],
    "url": ["http://example.org"],
    "uuid": ["urn:uuid:c757873d-ec9a-4326-a141-556f43239520"],
    "xhtml": ['<div xmlns="http://www.w3.org/1999/xhtml"><p class="a">b &amp; c</p></div>'],
}

BAD = {
    "base64Binary": ["", "a", "YQ=", "YQ===", "====", "YQ==YQ==", "Y Q*", "ü"],
    "boolean": ["True", "1", "yes", " true", ""],
    "canonical": ["", "a b"],
    "code": ["", " a", "a ", "a  b", "a\tb", "a\nb", "a\u00a0b", "\x01", "a\n"],
    "date": [
        "",
        "23",
        "20230228",
        "2023-2-28",
        "2023-02-28T00:00:00Z",
        "2023-02-28 ",
        "2023-02-28\n",
        "２０２３",
        "+2023",
        "2023-",
    ],
    "dateTime": [
        "2023-02-28T12:30:00",
        "2023-02-28T12:30Z",
        "2023-02-28T12Z",
        "2023-02-28 12:30:00Z",
        "2023-02T12:30:00Z",
        "2023-02-28T12:30:00.Z",
        "2023-02-28T12:30:00+0100",
        "2023-02-28T12:30:00z",
    ],
    "decimal": ["", "1.", ".5", "+1", "01", "1,5", "NaN", "Infinity", "1e999", "-1e999", "9" * 400, "1 ", "0x1", "1_0"],
    "id": ["", "a b", "a_b", "x" * 65, "ü", "a\n"],
    "instant": ["2023-02-28", "2023", "2023-02-28T12:30:00"],
    "integer": ["", "+1", "01", "1.0", "1e2", "2147483648", "-2147483649", "9" * 5000, "１"],
    "markdown": ["", " ", "\x00"],
    "oid": ["2.16.840", "urn:oid:3.1", "urn:oid:1", "urn:oid:1.02", "URN:OID:1.2"],
    "positiveInt": ["0", "-1", "2147483648"],
    "string": ["", " ", "\n", "\u3000", "a\x00", "a\x0b", "a\x1f", "\ud800", "a" * 1048577],
    "time": ["12:30", "12:30:00Z", "1:00:00", "12:30:00."],
    "unsignedInt": ["-1", "-0", "2147483648", ""],
    "uri": ["", "a b", "a\u00a0b", "a\x01", "a\n"],
    "url": ["", " "],
    "uuid": ["c757873d-ec9a-4326-a141-556f43239520", "urn:uuid:C757873D-EC9A-4326-A141-556F43239520"],
    "xhtml": [
        "",
        "text",
        "<div>a</div>",
        '<p xmlns="http://www.w3.org/1999/xhtml">a</p>',
        '<div xmlns="http://www.w3.org/1999/xhtml"> </div>',
        '<div xmlns="http://www.w3.org/1999/xhtml"><script>a</script></div>',
        '<div xmlns="http://www.w3.org/1999/xhtml" onclick="a">a</div>',
        '<div xmlns="http://www.w3.org/1999/xhtml">a<br></div>',
        '<div xmlns="http://www.w3.org/1999/xhtml">a&nbsp;b</div>',
        '<!DOCTYPE div [<!ENTITY a "b">]><div xmlns="http://www.w3.org/1999/xhtml">&a;</div>',
        '<?php a ?><div xmlns="http://www.w3.org/1999/xhtml">a</div>',
        '<div xmlns="http://www.w3.org/1999/xhtml">\ud800</div>',
    ],
}

NO_DAY = {
    "date": ["2023-02-30", "2023-02-29", "1900-02-29", "2023-13", "2023-00", "2023-04-31", "2023-01-00", "0000"],
    "dateTime": [
        "2023-02-30",
        "2023-02-29T00:00:00Z",
        "2023-01-01T24:00:00Z",
        "2023-01-01T12:60:00Z",
        "2023-01-01T12:00:61Z",
        "2023-01-01T12:00:00+14:01",
        "2023-01-01T12:00:00+15:00",
        "2023-01-01T12:00:00+01:60",
    ],
    "instant": ["2023-02-30T00:00:00Z"],
    "time": ["24:00:00", "12:60:00", "12:00:61"],
}


def rows(table):
    return [pytest.param(name, text, id=f"{name}-{ascii(text)[:40]}") for name in table for text in table[name]]


@pytest.mark.parametrize(("name", "text"), rows(GOOD))
def test_good(name, text):
    assert checker(name)(text) == text


@pytest.mark.parametrize(("name", "text"), rows(BAD))
def test_bad(name, text):
    assert checker(name)(text) == NOT_THE_TYPE


@pytest.mark.parametrize(("name", "text"), rows(NO_DAY))
def test_no_such_day(name, text):
    assert checker(name)(text) == NO_SUCH_DAY


def test_every_primitive_type_has_rows():
    assert set(GOOD) == set(BAD) == set(primitive_table())


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("山田\u3000太郎", "山田 太郎"),
        ("1\u00a0000", "1 000"),
        ("\ufeffa", "a"),
        ("a\u2028b", "a\nb"),
    ],
)
@pytest.mark.parametrize("name", ["string", "markdown"])
def test_white_space_of_other_scripts_becomes_a_space(name, text, written):
    assert checker(name)(text) == written


def test_white_space_in_base64_goes():
    assert checker("base64Binary")("YWJj\r\nZGVm\n") == "YWJjZGVm"


def test_codes_of_a_required_binding():
    check = checker("code", frozenset({"male", "female"}))
    assert check("male") == "male"
    assert check("m") == NOT_IN_SET
    assert check(" male") == NOT_THE_TYPE


def test_no_such_type():
    with pytest.raises(KeyError):
        checker("HumanName")


@pytest.mark.parametrize("name", sorted(primitive_table()))
@pytest.mark.parametrize("text", ["1" * 2_000_000, "a " * 1_000_000, "1." * 1_000_000, "urn:oid:1" + ".0" * 1_000_000])
def test_long_text_takes_linear_time(name, text):
    outcome = checker(name)(text + "\x00")  # a backtracking pattern would not come back
    assert outcome == NOT_THE_TYPE
