"""Laws of all steps, on any text: no exception, one of four outcomes, no empty text, and the same again."""

from __future__ import annotations

import re
import shlex
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from interop.finding_codes import CODES
from interop.values.dates import date as date_step
from interop.values.dates import date_time
from interop.values.failure import Failure, Noted, Outcome, Step
from interop.values.numbers import decimal, integer
from interop.values.steps import STEPS, StepContext
from interop.values.ucum import LONGEST, is_unit
from interop.values.zones import find_zone, offset_at, zone_names

LONDON = find_zone("Europe/London")
CONTEXT = StepContext(zone=LONDON, oid_uri={"1.2.3": "http://example.org/known"}.get, maps={"units": {}})

SAME_AGAIN = [
    *("trim", "upper", "lower", "pad 5 0", "strip 0", "omit a b", "only a b", "default x", "replace a ''"),
    *("date", "dateTime", "instant", "time", "decimal", "integer", "boolean", "uri", "oid-uri", "ucum", "ucum units"),
]
OTHERS = [
    *("split ^ 1", "split - -1", "slice 0 4", "slice -3 -1", "replace a aa", "match '.*'", "match '(a)|(b)' 2", "hash"),
    *("base64", "base64 hex"),
    *("date DDMMYYYY", "date M/D/YYYY", "date 'YYYY[-MM[-DD]]'", "date DD-MMM-YYYY", "decimal ,", "boolean J N"),
    *("dateTime 'YYYYMMDDThhmmss[zz]'", "dateTime YYYYMMDDhhmmss.fzzz", "instant YYYYMMDDhhmm", "time h:mm"),
]

anything = st.text() | st.text(st.characters(categories=["Cs", "Nd", "Zs", "Cc"]))
moments = (
    r"-?[0-9]{1,4}|[0-9]{4}-?[0-9]{2}-?[0-9]{2}([T ]?[0-9]{2}:?[0-9]{2}(:?[0-9]{2}(\.[0-9]+)?)?(Z|[+-][0-9]{4})?)?"
)
nearly = st.text("0123456789-+:.,/TZ eE", max_size=30) | st.from_regex(moments, fullmatch=True)
units = st.lists(
    st.sampled_from(["m", "g", "k", "10*", "3", "-2", "/", ".", "(", ")", "[iU]", "[", "]", "{x}", "{", "}", "%", "Hg"])
).map("".join)
texts = anything | nearly | units


def joined(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(parts, st.sampled_from("./"), parts).map("".join) | parts.map("({})".format)


def built(call: str) -> Step:
    name, *arguments = shlex.split(call)
    build = STEPS[name].build
    assert build is not None
    return build(tuple(arguments), CONTEXT)


def text_of(outcome: Outcome) -> str | None:
    return outcome.text if isinstance(outcome, Noted) else None if isinstance(outcome, Failure) else outcome


@pytest.mark.parametrize("call", SAME_AGAIN + OTHERS)
def test_any_text_has_an_outcome(call: str) -> None:
    step = built(call)

    @given(texts)
    def law(text: str) -> None:
        outcome = step(text)
        assert outcome is None or isinstance(outcome, str | Failure | Noted)
        assert text_of(outcome) != ""
        assert not isinstance(outcome, Failure | Noted) or outcome.code in CODES
        assert step(text) == outcome

    law()


@pytest.mark.parametrize("call", SAME_AGAIN)
def test_a_result_is_its_own_result(call: str) -> None:
    step = built(call)

    @given(texts)
    def law(text: str) -> None:
        result = text_of(step(text))
        if result is not None:
            assert step(result) == result

    law()


def test_nothing_gives_nothing() -> None:
    assert [call for call in SAME_AGAIN + OTHERS if built(call)("") is not None] == []


FHIR = {
    "date": r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?",
    "dateTime": r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01])(T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?"
    r"(Z|[+-]((0\d|1[0-3]):[0-5]\d|14:00)))?)?)?",
    "instant": r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?"
    r"(Z|[+-]((0\d|1[0-3]):[0-5]\d|14:00))",
    "time": r"([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?",
    "decimal": r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?",
    "integer": r"0|-?[1-9]\d*",
    "boolean": "true|false",
    "uri": r"\S+",
    "oid-uri": r"\S+",
    "hash": "[0-9a-f]{64}",
    "base64": "([A-Za-z0-9+/]{4})+|([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)",
    "base64 hex": "([A-Za-z0-9+/]{4})+|([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)",
}


@pytest.mark.parametrize("call", FHIR)
def test_a_result_has_the_form_of_its_fhir_type(call: str) -> None:
    step, form = built(call), re.compile(FHIR[call], re.ASCII)

    @given(texts)
    def law(text: str) -> None:
        result = text_of(step(text))
        assert result is None or form.fullmatch(result)

    law()


@given(st.integers(0, 9999), st.integers(0, 99), st.integers(0, 99))
@example(2000, 2, 29)
@example(1900, 2, 29)
def test_days_are_those_of_the_calendar(year: int, month: int, day: int) -> None:
    try:
        wanted: Outcome = date(year, month, day).isoformat()
    except ValueError:
        wanted = Failure("V212")
    assert date_step()(f"{year:04}{month:02}{day:02}") == wanted
    assert date_step()(f"{year:04}-{month:02}-{day:02}") == wanted
    assert date_step("DD/MM/YYYY")(f"{day:02}/{month:02}/{year:04}") == wanted


ZONES = [
    "Europe/London",
    "America/New_York",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "America/Sao_Paulo",
    "Asia/Kolkata",
]


@given(st.sampled_from(ZONES), st.datetimes(datetime(1950, 1, 1), datetime(2090, 1, 1)))
@example("Europe/London", datetime(2024, 3, 31, 1, 30))
@example("Europe/London", datetime(2024, 10, 27, 1, 30))
@example("Pacific/Apia", datetime(2011, 12, 30, 12, 0))
def test_offsets_are_those_of_the_zone(name: str, moment: datetime) -> None:
    zone = find_zone(name)
    assert zone is not None
    first, second = (moment.replace(tzinfo=ZoneInfo(name), fold=fold).utcoffset() for fold in (0, 1))
    assert first is not None
    assert second is not None
    offset, doubt = offset_at(zone, f"{moment:%Y-%m-%d}", f"{moment:%H:%M:%S}")
    assert doubt == (first != second)
    hours, minutes = int(offset[:3]), int(offset[0] + offset[4:])
    assert timedelta(hours=hours, minutes=minutes) == min(first, second)


@given(st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)), st.sampled_from(["Asia/Tokyo", "America/Lima"]))
def test_a_zoned_time_is_the_same_instant(moment: datetime, name: str) -> None:
    moment = moment.replace(microsecond=0)
    zone = find_zone(name)
    result = text_of(date_time(None, zone)(f"{moment:%Y%m%d%H%M%S}".rjust(14, "0")))
    assert result is not None
    assert abs(datetime.fromisoformat(result) - moment.replace(tzinfo=ZoneInfo(name))) <= timedelta(hours=1)
    assert datetime.fromisoformat(result).replace(tzinfo=None) == moment


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**20), max_value=10**20))
def test_decimals_are_kept_as_sent(number: object) -> None:
    assert decimal(str(number)) == str(number)


@given(st.integers(-(2**33), 2**33))
def test_integers_fit_32_bits(number: int) -> None:
    assert integer(f"{number:+012}") == (str(number) if -(2**31) <= number < 2**31 else Failure("V204"))


@given(st.recursive(st.sampled_from(["m", "kg2", "10*3", "s-1", "8", "[iU]", "{x}"]), joined))
def test_units_compose(unit: str) -> None:
    assert is_unit(unit) == (len(unit) <= LONGEST)
    assert is_unit("/" + unit) == (len(unit) < LONGEST)
    assert not is_unit(unit + "/")
    assert not is_unit(unit + ")")


def test_huge_texts_cost_nothing() -> None:
    for text in (
        "9" * 1_000_000,
        "(" * 1_000_000,
        "2024-01-01T10:00:00." + "1" * 1_000_000 + "x",
        "1" + ".1" * 500_000,
    ):
        for call in SAME_AGAIN + OTHERS:
            built(call)(text)


def test_zones_are_found_by_exact_name_only() -> None:
    assert find_zone("Europe/London") is LONDON
    wrong = ["europe/london", "Europe", "../zones", "Europe/../Europe/London", "", "/etc/localtime", "localtime"]
    assert [name for name in wrong if find_zone(name) is not None] == []
    assert all(find_zone(name) for name in sorted(zone_names())[:5])
