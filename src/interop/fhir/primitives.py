r"""Whether text is a value of an R4 primitive type: the last check of every value before it goes into the output.

A check gives the text that stands in the JSON (without quotes for strings, as the literal for numbers and booleans), or
a `Failure`: V201 not of the type, V202 not in the required value set, V212 no such day or time.

What passes is what the official JSON schema accepts, and what the specification's prose says besides: days exist; no
value is empty or only white space; no control characters but tab, CR and LF; strings up to 1 Mi characters; integers of
32 bits; single spaces in a code; base64 of whole groups. Two kinds of text are not refused but written as R4 wants
them: white space other than U+0020 in a string or markdown becomes a space (U+2028 and U+2029 a line feed, U+FEFF
nothing), because the schema's `\S` excludes it and a name is not worth losing for an ideographic space; and space, tab,
CR and LF in base64 go.
Source: FHIR R4 datatypes.html; fhir.schema.json of hl7.fhir.r4.core 4.0.1.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from math import isinf
from typing import TypeAlias

from interop.fhir.moments import check_date, check_date_time, check_instant, check_time
from interop.fhir.xhtml import check_xhtml
from interop.limits import FIXED
from interop.values.failure import Failure

__all__ = ["Check", "checker"]

Check: TypeAlias = Callable[[str], "str | Failure"]

_NOT_THE_TYPE = Failure("V201")
_NOT_IN_VALUE_SET = Failure("V202")

_LONGEST = FIXED.string_length
_SPACES = " \t\n\r\v\f\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"  # ECMA-262's \s, the schema's
_CONTROLS = "\x00-\x1f\ud800-\udfff"  # and what UTF-8 cannot hold
_FOLD = dict.fromkeys((0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000), " ")
_FOLD |= {0x2028: "\n", 0x2029: "\n", 0xFEFF: ""}

_search_control = re.compile("[\x00-\x08\v\f\x0e-\x1f\ud800-\udfff]").search
_match_code = re.compile(f"[^{_SPACES}{_CONTROLS}]+(?: [^{_SPACES}{_CONTROLS}]+)*").fullmatch
_match_uri = re.compile(f"[^{_SPACES}{_CONTROLS}]+").fullmatch
_match_id = re.compile(r"[A-Za-z0-9\-.]{1,64}").fullmatch
_match_oid = re.compile(r"urn:oid:[0-2](?:\.(?:0|[1-9][0-9]*))+").fullmatch
_match_uuid = re.compile(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}").fullmatch
_match_integer = re.compile(r"-?(?:0|[1-9][0-9]{0,9})").fullmatch
_match_decimal = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?").fullmatch
_match_base64 = re.compile(r"[A-Za-z0-9+/]+={0,2}").fullmatch
_remove_spaces = re.compile("[ \t\r\n]+").sub


def checker(type: str, codes: frozenset[str] | None = None) -> Check:
    """The check of a primitive type, with the codes of a required binding where there are any.

    Raises:
        KeyError: no such primitive type.

    >>> checker("date")("2023-02-30")
    Failure(code='V212')
    >>> checker("decimal")("1.10")
    '1.10'
    """
    check = _CHECKS[type]
    if codes is None:
        return check

    def check_bound(text: str) -> str | Failure:
        if text in codes:
            return text
        found = check(text)
        return found if isinstance(found, Failure) else _NOT_IN_VALUE_SET

    return check_bound


def _check_string(text: str) -> str | Failure:
    if not text.isprintable():  # no white space but U+0020, no controls
        if _search_control(text):
            return _NOT_THE_TYPE
        text = text.translate(_FOLD)
    return text if len(text) <= _LONGEST and text and not text.isspace() else _NOT_THE_TYPE


def _check_code(text: str) -> str | Failure:
    return text if len(text) <= _LONGEST and _match_code(text) else _NOT_THE_TYPE


def _check_uri(text: str) -> str | Failure:
    return text if _match_uri(text) else _NOT_THE_TYPE


def _check_id(text: str) -> str | Failure:
    return text if _match_id(text) else _NOT_THE_TYPE


def _check_oid(text: str) -> str | Failure:
    return text if _match_oid(text) else _NOT_THE_TYPE


def _check_uuid(text: str) -> str | Failure:
    return text if _match_uuid(text) else _NOT_THE_TYPE


def _check_boolean(text: str) -> str | Failure:
    return text if text in {"true", "false"} else _NOT_THE_TYPE


def _check_decimal(text: str) -> str | Failure:
    """As sent: trailing zeros are precision. A number beyond 64-bit floats would break every reader."""
    if not _match_decimal(text) or len(text) > _LONGEST:
        return _NOT_THE_TYPE
    return text if (len(text) < 300 and "e" not in text.lower()) or not isinf(float(text)) else _NOT_THE_TYPE


def _check_integer_from(least: int) -> Check:
    def check(text: str) -> str | Failure:
        return text if _match_integer(text) and least <= int(text) < 2**31 else _NOT_THE_TYPE

    return check


def _check_unsigned(least: int) -> Check:
    check_integer = _check_integer_from(least)

    def check(text: str) -> str | Failure:
        return _NOT_THE_TYPE if text.startswith("-") else check_integer(text)

    return check


def _check_base64(text: str) -> str | Failure:
    text = _remove_spaces("", text)
    return text if len(text) % 4 == 0 and _match_base64(text) else _NOT_THE_TYPE


_CHECKS: dict[str, Check] = {
    "base64Binary": _check_base64,
    "boolean": _check_boolean,
    "canonical": _check_uri,
    "code": _check_code,
    "date": check_date,
    "dateTime": check_date_time,
    "decimal": _check_decimal,
    "id": _check_id,
    "instant": check_instant,
    "integer": _check_integer_from(-(2**31)),
    "markdown": _check_string,
    "oid": _check_oid,
    "positiveInt": _check_unsigned(1),
    "string": _check_string,
    "time": check_time,
    "unsignedInt": _check_unsigned(0),
    "uri": _check_uri,
    "url": _check_uri,
    "uuid": _check_uuid,
    "xhtml": check_xhtml,
}
