"""Steps for numbers. They check and trim text; no number is ever computed, so none is ever rounded."""

from __future__ import annotations

from interop.limits import FIXED
from interop.values.failure import Failure, Outcome

LONGEST = FIXED.number_length
"""Characters of a decimal. Longer ones are no measurement, and break readers of JSON."""

LARGEST = "2147483647"
SMALLEST = "2147483648"  # without its sign


def is_digits(text: str) -> bool:
    """Whether all characters are ASCII digits, and there is one. `str.isdigit` alone also takes `٣` and `²`."""
    return text.isdigit() and text.isascii()


def integer(text: str) -> Outcome:
    """FHIR integer: leading zeros and `+` dropped.

    Units: 32 bits, as FHIR says.
    Errors: V204 not a whole number, or beyond 32 bits.
    Source: FHIR R4 datatypes, integer; docs/clarifications.md#integers.

    >>> integer("+007")
    '7'
    """
    if not text:
        return None
    sign, digits = text[0], text
    if sign in "+-":
        digits = text[1:]
    if not is_digits(digits):
        return Failure("V204")
    digits = digits.lstrip("0") or "0"
    negative = sign == "-" and digits != "0"
    limit = SMALLEST if negative else LARGEST
    if len(digits) > len(limit) or (len(digits) == len(limit) and digits > limit):
        return Failure("V204")
    return "-" + digits if negative else digits


def decimal(text: str) -> Outcome:
    """FHIR decimal at the precision that was sent: `1.10` stays `1.10`.

    Errors: V204 not a number: thousands separators, units, comparators and blanks are none.
    Source: FHIR R4 datatypes, decimal; docs/clarifications.md#decimals.

    >>> decimal("00.50"), decimal(".5"), decimal("1e-3")
    ('0.50', '0.5', '1e-3')
    """
    whole, point, fraction = text.partition(".")
    if (
        is_digits(whole)
        and (whole[0] != "0" or whole == "0")
        and len(text) <= LONGEST
        and (not point or is_digits(fraction))
    ):
        return text  # the common case, which needs no change
    return _mended(text) if text else None


def decimal_comma(text: str) -> Outcome:
    """The same for numbers with a decimal comma; then a point is no part of a number.

    >>> decimal_comma("37,20")
    '37.20'
    """
    return Failure("V204") if "." in text else decimal(text.replace(",", ".", 1))


def _mended(text: str) -> str | Failure:
    """A decimal as JSON writes it: no `+`, no leading zeros, a digit on both sides of the point."""
    if len(text) > LONGEST:
        return Failure("V204")
    sign = "-" if text[0] == "-" else ""
    mantissa, letter, exponent = text.partition("e" if "e" in text else "E")
    whole, point, fraction = mantissa.removeprefix(sign or "+").partition(".")
    if not is_digits(whole + fraction) or (letter and not _is_exponent(exponent)):
        return Failure("V204")
    whole = whole.lstrip("0") or "0"
    return sign + whole + (point + fraction if fraction else "") + letter + exponent


def _is_exponent(text: str) -> bool:
    """`3`, `-3`, `+03`: at most three digits; more would be beyond any number type of a reader."""
    digits = text[1:] if text[:1] in ("+", "-") else text
    return is_digits(digits) and len(digits) <= 3
