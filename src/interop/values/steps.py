"""The registry of steps: what `| name argument …` may say, how its arguments are checked, and the function that it is.

Source: docs/language.md, Steps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from zoneinfo import ZoneInfo

from interop.immutable import immutable
from interop.values import booleans, dates, encodings, hashes, numbers, patterns, text, ucum, uris
from interop.values import codes as concepts
from interop.values.arguments import (
    Check,
    a_character,
    a_comma,
    a_format,
    a_map,
    a_part_number,
    a_position,
    a_text,
    a_width,
    a_word,
    any_text,
    boolean_words,
    pattern_and_group,
    takes,
    takes_some,
)
from interop.values.failure import Step

Arguments = tuple[str, ...]


def _no_oid(oid: str) -> str | None:
    return None


@immutable()
class StepContext:
    """What a mapping gives to its steps.

    Args:
        zone: `source.zone`, by `zones.find_zone`.
        oid_uri: The canonical URI of an OID; None when it has none.
        maps: The package's concept maps by name.
    """

    zone: ZoneInfo | None = None
    oid_uri: Callable[[str], str | None] = _no_oid
    maps: Mapping[str, concepts.Rows] = field(default_factory=dict)


@immutable()
class StepSpec:
    """One step.

    Args:
        name: As written in a mapping.
        summary: Text to text, for the documentation.
        arguments: As the documentation writes them: `SEP N`.
        check: What is wrong with the arguments, in words; None when they are right.
        build: The function, for arguments that `check` found right. None: the plan builds the step by `codes.targets`
            or `codes.translate`, since what it gives depends on the element and on the miss policy.
        map_argument: Which argument names a concept map, from 0; None for none.
        takes_miss: Whether a miss policy may follow.
        fills_null: The step gives its first argument where the value is null; all others give null for null.
    """

    name: str
    summary: str
    arguments: str
    check: Check
    build: Callable[[Arguments, StepContext], Step] | None
    map_argument: int | None = None
    takes_miss: bool = False
    fills_null: bool = False


def _form(arguments: Arguments) -> str | None:
    return arguments[0] if arguments else None


def _cut(arguments: Arguments, context: StepContext) -> Step:
    return text.cut(int(arguments[0]), int(arguments[1]) if len(arguments) > 1 else None)


def _boolean(arguments: Arguments, context: StepContext) -> Step:
    return booleans.boolean(*map(booleans.words, arguments))


def _match(arguments: Arguments, context: StepContext) -> Step:
    return patterns.match(arguments[0], int(arguments[1]) if len(arguments) > 1 else 0)


def _ucum(arguments: Arguments, context: StepContext) -> Step:
    return ucum.unit(context.maps[arguments[0]] if arguments else {})


_SPECS = (
    StepSpec("trim", "without white space at both ends", "", takes(), lambda a, c: text.trim),
    StepSpec("upper", "in upper case", "", takes(), lambda a, c: text.upper),
    StepSpec("lower", "in lower case", "", takes(), lambda a, c: text.lower),
    StepSpec(
        "split",
        "the Nth part (from 1; negative from the end); null when there is none",
        "SEP N",
        takes(a_text, a_part_number),
        lambda a, c: text.split(a[0], int(a[1])),
    ),
    StepSpec(
        "slice",
        "characters from FROM (0-based) up to, not including, TO; negative counts from the end; null when empty",
        "FROM [TO]",
        takes(a_position, a_position, optional=1),
        _cut,
    ),
    StepSpec("replace", "every occurrence", "OLD NEW", takes(a_text, any_text), lambda a, c: text.replace(a[0], a[1])),
    StepSpec(
        "pad",
        "to at least N characters, on the left",
        "N CHAR",
        takes(a_width, a_character),
        lambda a, c: text.pad(int(a[0]), a[1]),
    ),
    StepSpec("strip", "without these characters on the left", "CHARS", takes(a_text), lambda a, c: text.strip(a[0])),
    StepSpec("omit", "null when the value is one of these (sentinels)", "A B …", takes_some, lambda a, c: text.omit(a)),
    StepSpec("only", "null unless the value is one of these", "A B …", takes_some, lambda a, c: text.only(a)),
    StepSpec("default", "the text when null", "TEXT", takes(a_text), lambda a, c: text.keep, fills_null=True),
    StepSpec(
        "match",
        "the Nth group (default: the whole match) when the whole text matches (RE2); else null and a finding",
        "'PATTERN' [N]",
        pattern_and_group,
        _match,
    ),
    StepSpec(
        "date",
        "FHIR date; FORMAT of `YYYY MM DD MMM` and literals; default: ISO or `YYYY[MM[DD]]`, a time part is cut",
        "[FORMAT]",
        takes(a_format("Y"), optional=1),
        lambda a, c: dates.date(_form(a)),
    ),
    StepSpec(
        "dateTime",
        "FHIR dateTime; FORMAT adds `hh mm ss f zz zzz`; default: ISO or `YYYYMMDD[T]hh[mm[ss[.f]]][±zzzz]`",
        "[FORMAT]",
        takes(a_format("Y"), optional=1),
        lambda a, c: dates.date_time(_form(a), c.zone),
    ),
    StepSpec(
        "instant",
        "FHIR instant: as dateTime; needs a time, and an offset or a zone",
        "[FORMAT]",
        takes(a_format("YMDh"), optional=1),
        lambda a, c: dates.instant(_form(a), c.zone),
    ),
    StepSpec(
        "time",
        "FHIR time; default: `hh:mm[:ss[.f]]` or `hhmm[ss[.f]]`",
        "[FORMAT]",
        takes(a_format("h"), optional=1),
        lambda a, c: dates.time(_form(a)),
    ),
    StepSpec(
        "decimal",
        "FHIR decimal as sent (`1.10` stays `1.10`); the argument is the decimal mark",
        "[,]",
        takes(a_comma, optional=1),
        lambda a, c: numbers.decimal_comma if a == (",",) else numbers.decimal,
    ),
    StepSpec("integer", "FHIR integer: leading zeros and `+` dropped", "", takes(), lambda a, c: numbers.integer),
    StepSpec(
        "boolean",
        "default: true/t/yes/y/1 and false/f/no/n/0, any case; words separated by commas",
        "[TRUE FALSE]",
        boolean_words,
        _boolean,
    ),
    StepSpec("code", "concept map: the target", "MAP", takes(a_map), None, map_argument=0, takes_miss=True),
    StepSpec(
        "display", "concept map: the target's display", "MAP", takes(a_map), None, map_argument=0, takes_miss=True
    ),
    StepSpec("system", "concept map: the target's system", "MAP", takes(a_map), None, map_argument=0, takes_miss=True),
    StepSpec("oid-uri", "a known OID's URI, else `urn:oid:`", "", takes(), lambda a, c: uris.oid_uri(c.oid_uri)),
    StepSpec(
        "uri",
        "a URI as is when it has a scheme; a bare OID or UUID becomes `urn:oid:`, `urn:uuid:`",
        "",
        takes(),
        lambda a, c: uris.uri,
    ),
    StepSpec(
        "ucum",
        "checks a UCUM unit's syntax; a unit that the concept map holds is translated",
        "[MAP]",
        takes(a_map, optional=1),
        _ucum,
        map_argument=0,
    ),
    StepSpec("hash", "SHA-256, hexadecimal", "", takes(), lambda a, c: hashes.hash_text),
    StepSpec(
        "base64",
        "base64 of the text's UTF-8 bytes; with `hex`, of the bytes that its hexadecimal digits stand for",
        "[hex]",
        takes(a_word("hex"), optional=1),
        lambda a, c: encodings.base64_hex if a else encodings.base64_text,
    ),
)

STEPS: dict[str, StepSpec] = {spec.name: spec for spec in _SPECS}
"""All steps by name, in the order of docs/language.md."""
