"""Steps to FHIR's date, dateTime, instant and time, at the precision that was sent.

A time needs an offset in FHIR: the one that was sent, else that of the declared zone; without either the time part is
dropped, and V214 says so. Never the host's zone, never an invented `Z`.
Source: FHIR R4 datatypes; HL7 v2.5.1 chapter 2A (DTM); ISO 8601-1; docs/clarifications.md.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from interop.values.clocks import read_clock, read_offset
from interop.values.days import read_day
from interop.values.failure import Failure, Noted, Outcome, Step
from interop.values.formats import Moment, compile_format
from interop.values.zones import offset_at


def read_moment(text: str) -> Moment | Failure:
    """The default form: ISO (`YYYY-MM-DDThh:mm:ss.f±hh:mm`, a blank for the `T`) or compact (`YYYYMMDDhhmmss.f±hhmm`).

    Errors: V211 another form; V212 no such day or time.
    """
    hyphens = text[4:5] == "-"
    length = 10 if hyphens else 8
    day = read_day(text[:length])
    if isinstance(day, Failure):
        return day
    if len(text) <= length:
        return day, "", ""
    mark = text[length]
    if mark in "Tt" or (hyphens and mark == " "):
        length += 1
    elif hyphens:
        return Failure("V211")
    start = _offset_start(text, length)
    clock = read_clock(text[length:start], colons=hyphens)
    offset = read_offset(text[start:]) if start < len(text) else ""
    if isinstance(clock, Failure):
        return clock
    return offset if isinstance(offset, Failure) else (day, clock, offset)


def read_time(text: str) -> Moment | Failure:
    """The default form of a time of day: `hh:mm[:ss[.f]]` or `hhmm[ss[.f]]`.

    Errors: V211 another form, an offset among them; V212 no such time.
    """
    clock = Failure("V211") if len(text) < 4 else read_clock(text, colons=":" in text)
    return clock if isinstance(clock, Failure) else ("", clock, "")


def date(form: str | None = None) -> Step:
    """FHIR date. A time part is checked, then cut: the day is the sender's, in the sender's offset.

    Args:
        form: FORMAT; None for the default form.

    Errors: V211, V212.

    >>> date()("20230531"), date("DDMMYYYY")("31052023")
    ('2023-05-31', '2023-05-31')
    """
    read = compile_format(form) if form else read_moment

    def step(text: str) -> Outcome:
        if not text:
            return None
        moment = read(text)
        return moment if isinstance(moment, Failure) else moment[0]

    def plain(text: str) -> Outcome:
        day = read_day(text)
        return day if isinstance(day, str) else step(text)

    return step if form else plain


def date_time(form: str | None = None, zone: ZoneInfo | None = None) -> Step:
    """FHIR dateTime. A day without a time stays a day.

    Args:
        form: FORMAT; None for the default form.
        zone: Zone of times sent without an offset.

    Units: offsets in minutes; seconds at least, fraction as sent.
    Errors: V211; V212; V214 no offset and no zone, the day is kept; V215 the clock was changed at that time.

    >>> date_time()("20240904T183325+0100")
    '2024-09-04T18:33:25+01:00'
    """
    read = compile_format(form) if form else read_moment

    def step(text: str) -> Outcome:
        if not text:
            return None
        moment = read(text)
        if isinstance(moment, Failure):
            return moment
        return zoned(moment, zone) if moment[1] else moment[0]

    return step


def instant(form: str | None = None, zone: ZoneInfo | None = None) -> Step:
    """FHIR instant: as dateTime, but a day alone is none, nor is a time without offset and zone.

    Errors: V211, among them a day without a time; V212; V214; V215.
    """
    read = compile_format(form) if form else read_moment

    def step(text: str) -> Outcome:
        if not text:
            return None
        moment = read(text)
        if isinstance(moment, Failure):
            return moment
        if not moment[1]:
            return Failure("V211")
        outcome = zoned(moment, zone)
        return Failure("V214") if isinstance(outcome, Noted) and outcome.code == "V214" else outcome

    return step


def time(form: str | None = None) -> Step:
    """FHIR time, which has no offset. A FORMAT may name a day and an offset, which are then cut.

    Errors: V211, V212.

    >>> time()("0815")
    '08:15:00'
    """
    read = compile_format(form) if form else read_time

    def step(text: str) -> Outcome:
        if not text:
            return None
        moment = read(text)
        return moment if isinstance(moment, Failure) else moment[1]

    return step


def zoned(moment: Moment, zone: ZoneInfo | None) -> str | Noted:
    """The text of a moment that has a clock, with the offset that it needs."""
    day, clock, offset = moment
    if offset:
        return f"{day}T{clock}{offset}"
    if zone is None:
        return Noted(day, "V214")
    offset, doubt = offset_at(zone, day, clock)
    if not offset:
        return Noted(day, "V214")
    text = f"{day}T{clock}{offset}"
    return Noted(text, "V215") if doubt else text


def _offset_start(text: str, begin: int) -> int:
    """Where the offset begins; the text's length when there is none."""
    if text[-1] in "Zz":
        return len(text) - 1
    for sign in "+-":
        start = text.find(sign, begin)
        if start >= 0:
            return start
    return len(text)
