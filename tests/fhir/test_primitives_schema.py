"""Law: what a check lets pass is what the official schema accepts, and what it refuses is refused there or in prose."""

import json
import re
from datetime import date

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interop.fhir.definitions import primitive
from interop.fhir.primitives import checker
from interop.fhir.schema import validator
from interop.fhir.tables import primitive_table
from interop.values.failure import Failure

STRINGS = sorted(name for name, (kind, _) in primitive_table().items() if kind == "string" and name != "xhtml")
NUMBERS = sorted(name for name, (kind, _) in primitive_table().items() if kind == "number")
ALPHABET = st.sampled_from("0123456789-:.TZ+/=eE aAzé\t\n\r\x00\x0b\u00a0\u2028\u3000\ufeff")


def texts(name):
    """Values of the type, the same with something done to them, and text at large."""
    pattern = primitive(name).pattern
    like = st.from_regex(re.compile(pattern, re.ASCII), fullmatch=True) if pattern else st.text()
    changed = st.builds(lambda text, at, put: text[:at] + put + text[at + 1 :], like, st.integers(0, 30), ALPHABET)
    return like | changed | st.text(ALPHABET, max_size=12) | st.text(max_size=12)


def refused_in_prose(name, text):
    """What datatypes.html says beyond the regular expressions."""
    if not text.strip("\t\n\r ") or re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", text):
        return True
    if name in {"date", "dateTime", "instant"} and len(text) >= 10:
        try:
            date.fromisoformat(text[:10])
        except ValueError:
            return True
    if name == "code":
        return bool(re.search(r"[^\S ]|\ufeff|  ", text))  # ECMA 262 counts U+FEFF among the spaces
    if name == "base64Binary":  # RFC 4648; the white space of XML, where ECMA 262 counts more
        groups = r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"
        letters = re.sub(r"[ \t\r\n]", "", text)
        return not letters or not re.fullmatch(groups, letters)
    return False


@pytest.mark.parametrize("name", STRINGS)
def test_strings(name):
    check, schema = checker(name), validator(name)

    @settings(max_examples=150, deadline=None, derandomize=True)
    @given(texts(name))
    def agrees(text):
        outcome = check(text)
        if isinstance(outcome, Failure):
            assert not schema.is_valid(text) or refused_in_prose(name, text)
        else:
            assert schema.is_valid(outcome)
            assert outcome == text or not schema.is_valid(text) or name == "base64Binary"
            assert check(outcome) == outcome

    agrees()


@pytest.mark.parametrize("name", NUMBERS)
def test_numbers(name):
    check, schema = checker(name), validator(name)
    form = jsonschema_rs.validator_for({"type": "string", "pattern": f"^(?:{primitive(name).pattern})$"})

    @settings(max_examples=150, deadline=None, derandomize=True)
    @given(texts(name))
    def agrees(text):
        outcome = check(text)
        if isinstance(outcome, Failure):
            too_large = form.is_valid(text) and abs(float(text)) >= 2**31 - 1
            assert not form.is_valid(text) or too_large
        else:
            assert outcome == text
            assert form.is_valid(text)
            assert schema.is_valid(json.loads(text))

    agrees()
