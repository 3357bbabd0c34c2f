"""Moments as people and systems write them: one way to read them, one way to show them.

A moment without a zone is in the course's zone. An abbreviation counts only where the course's
zone uses it (KST where the course is in Asia/Seoul): IST is three zones, CST five. What is not
understood is refused by name; who reads a submission's time must then not take points for it.

nbgrader's own reading (`parse_utc`, 0.9.6) drops a zone that it does not know, takes ` +0900` for
900 seconds and loses PM after a blank, without a word.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from autograder.errors import AutograderError
from autograder.sandbox.grader.printable import printable

CHARACTERS_CAP = 200
_DATE = r"(?P<year>\d{4})-(?P<month>\d\d?)-(?P<day>\d\d?)"
_CLOCK = r"(?P<hour>\d\d?):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d{1,9})?)?"
_HALF = r"(?:\s*(?P<half>[AaPp])\.?[Mm]\.?)?"
# Month names are looked up in English and never in the machine's language.
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?P<name>(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)\.?"
_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+)?"
_FORMS = tuple(
    re.compile(form + r"(?P<zone>.*)", re.IGNORECASE | re.DOTALL)
    for form in (
        # ISO 8601, with a T or blanks between date and time.
        rf"{_DATE}(?:T|\s+|,\s*){_CLOCK}{_HALF}",
        r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)T(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)?",
        # As in names of files: nbgrader's help for zip_collect has this form.
        rf"{_DATE}[-_](?P<hour>\d\d)-(?P<minute>\d\d)-(?P<second>\d\d)",
        # As Moodle's grading worksheet has it: Friday, 27 November 2026, 8:00 PM.
        rf"{_WEEKDAY}(?P<day>\d\d?)\s+{_MONTH}\s+(?P<year>\d{{4}}),?\s+(?:at\s+)?{_CLOCK}{_HALF}",
        # As Canvas shows it: Nov 27, 2026 at 8:00pm.
        rf"{_WEEKDAY}{_MONTH}\s+(?P<day>\d\d?),?\s+(?P<year>\d{{4}}),?\s+(?:at\s+)?{_CLOCK}{_HALF}",
        # In Korean: 2026년 11월 27일(금) 오후 8:00. Moodle: 2026년 11월 27일, 금요일, 오후 08:00.
        r"(?P<year>\d{4})년\s*(?P<month>\d\d?)월\s*(?P<day>\d\d?)일\s*,?\s*(?:\(?[월화수목금토일](?:요일)?\)?,?)?"
        rf"\s*(?P<korean>오전|오후)?\s*{_CLOCK}",
    )
)
_OFFSET = re.compile(
    r"(?:UTC|GMT)?\s*(?P<sign>[+\u2212-])(?P<hours>\d\d?)(?::?(?P<minutes>\d\d))?", re.I
)
_UTC_NAMES = frozenset({"Z", "UTC", "GMT"})


class NotAMoment(AutograderError, ValueError):
    """The text names no moment, or none that is sure; the message is one line that says why."""


def read_zone(name: str) -> ZoneInfo:
    """The zone of an IANA name such as Asia/Seoul. Raises NotAMoment."""
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        quoted = printable(name[:CHARACTERS_CAP])
        raise NotAMoment(f"{quoted} is no time zone (such as Asia/Seoul or UTC)") from None


def read_moment(text: str | datetime, zone: ZoneInfo) -> datetime:
    """The moment in UTC that `text` names to people in `zone`. Raises NotAMoment.

    A `datetime` is a moment already; without a zone it is one on the clocks of `zone`.
    """
    if isinstance(text, datetime):
        return _to_utc(text, zone, str(text))
    forms = _FORMS if len(text) <= CHARACTERS_CAP else ()
    text = text.strip()
    quoted = printable(text[:CHARACTERS_CAP])
    if not text:
        raise NotAMoment("there is no time")
    for form in forms:
        found = form.fullmatch(text)
        if found is not None:
            clock = _clock(found, quoted)
            return _to_utc(clock, _zone(found["zone"].strip(), zone, clock.year, quoted), quoted)
    raise NotAMoment(f"{quoted!r} is no time such as 2026-11-27 20:00:00 +09:00")


def show(moment: datetime, zone: ZoneInfo) -> str:
    """The moment on the clocks of `zone`, in a form that `read_moment` reads: for pages, tables."""
    there = moment.astimezone(zone)
    name = there.tzname() or ""
    # A zone without letters of its own is called +03 or -0330.
    ending = name if name.isalpha() else there.isoformat()[-6:]
    seconds = ":%S" if there.second else ""
    return f"{there.strftime(f'%Y-%m-%d %H:%M{seconds}')} {ending}"


def _clock(found: re.Match[str], quoted: str) -> datetime:
    """The reading of the clock, without a zone."""
    fields = found.groupdict()
    name = fields.get("name")
    month = _MONTHS.index(name[:3].lower()) + 1 if name else int(fields["month"])
    hour = int(fields["hour"])
    half = (fields.get("half") or "").lower() or {"오전": "a", "오후": "p"}.get(
        fields.get("korean") or "", ""
    )
    if half and not 1 <= hour <= 12:
        raise NotAMoment(f"{quoted!r} has an hour that no half of a day has")
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    midnight = hour == 24 and not int(fields["minute"]) and not int(fields.get("second") or 0)
    try:
        clock = datetime(
            int(fields["year"]),
            month,
            int(fields["day"]),
            0 if midnight else hour,
            int(fields["minute"]),
            int(fields.get("second") or 0),
        )
        return clock + timedelta(days=midnight)  # 24:00 ends the day, as in ISO 8601
    except (ValueError, OverflowError) as error:
        raise NotAMoment(f"{quoted!r} is no time: {error}") from None


def _zone(name: str, zone: ZoneInfo, year: int, quoted: str) -> tzinfo:
    """The zone that stands behind a time: an offset, an IANA name, or letters that `zone` uses."""
    if not name:
        return zone
    if name.upper() in _UTC_NAMES:
        return UTC
    offset = _OFFSET.fullmatch(name)
    if offset is not None:
        span = timedelta(hours=int(offset["hours"]), minutes=int(offset["minutes"] or 0))
        if span >= timedelta(hours=15) or int(offset["minutes"] or 0) > 59:
            raise NotAMoment(f"{quoted!r} has an offset that no zone has")
        return timezone(span if offset["sign"] == "+" else -span)
    letters = _letters(zone, year)
    if name.upper() in letters:
        return letters[name.upper()]
    if "/" in name:
        return read_zone(name)
    raise NotAMoment(
        f"{quoted!r}: {name!r} is not sure to be one zone where the course is in {zone.key}; "
        "write an offset such as +09:00"
    )


def _letters(zone: ZoneInfo, year: int) -> dict[str, timezone]:
    """The zone's abbreviations and offsets in that year: EST and EDT in America/New_York."""
    found: dict[str, set[timedelta]] = {}
    for month in range(1, 13):
        there = datetime(year, month, 15, tzinfo=zone)
        name, offset = there.tzname(), there.utcoffset()
        if name and offset is not None and name.isalpha():
            found.setdefault(name.upper(), set()).add(offset)
    return {name: timezone(offsets.pop()) for name, offsets in found.items() if len(offsets) == 1}


def _to_utc(clock: datetime, zone: tzinfo, quoted: str) -> datetime:
    """Raises NotAMoment for an hour that the zone's clocks skip or show twice."""
    if clock.tzinfo is not None:
        return clock.astimezone(UTC)
    try:
        first, second = (clock.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    except OverflowError:
        raise NotAMoment(f"{quoted!r} is beyond the years that are counted") from None
    if first != second:
        raise NotAMoment(
            f"{quoted!r} is no one moment in {zone}, where clocks are set that night; write an "
            "offset"
        )
    return first
